"""What became of each task: the ledger says what was added and ran, the log names the others."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NAMED = re.compile(r"'(r\d+-\w+)' \(")  # how a log record or a note names a task


@dataclass(frozen=True)
class Account:
    """What became of the tasks that a server accepted.

    Attributes:
        added: How many tasks were added.
        done: How many ran to their end.
        named: How many did not, and are named in the log.
        twice: The names of tasks that ran more than once.
        lost: The names of tasks that neither ran to their end nor are named in the log.
    """

    added: int
    done: int
    named: int
    twice: tuple[str, ...]
    lost: tuple[str, ...]


def account(ledger: Path, log: str) -> Account:
    """Account for every task of a ledger."""
    with sqlite3.connect(ledger) as connection:
        events = connection.execute("SELECT event, task FROM events").fetchall()
    connection.close()
    return balance(events, _NAMED.findall(log))


def balance(events: Iterable[tuple[str, str]], named: Iterable[str]) -> Account:
    """Compare what was added with what ran and what was named.

    Args:
        events: `("added", task)` and `("done", task)`.
        named: The tasks that the log names.
    """
    added: set[str] = set()
    done: Counter[str] = Counter()
    for event, task in events:
        if event == "added":
            added.add(task)
        else:
            done[task] += 1
    unfinished = added - set(done)
    lost = unfinished - set(named)
    return Account(
        len(added),
        len(done),
        len(unfinished) - len(lost),
        tuple(sorted(task for task, times in done.items() if times > 1)),
        tuple(sorted(lost)),
    )
