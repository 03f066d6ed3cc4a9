"""Reads the recorded results of the typing tests: a verdict and messages for each snippet.

This module does not run checkers. `nox -s typing` does, and it fails if a result differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from typing_tests._checkers import ALL
from typing_tests._history import current, read_history, since
from typing_tests._results import read_record
from typing_tests._rules import read_rules
from typing_tests._snippets import read_snippets
from typing_tests._upstream import read_gaps
from typing_tests._verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_tests._history import Release
    from typing_tests._results import Record, SnippetEntries
    from typing_tests._snippets import Kind, Snippet
    from typing_tests._upstream import Gap
    from typing_tests._verdicts import Verdict

PROFILES = ("default", "strict")


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A checker's message about a line."""

    line: int
    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One checker's result for one snippet in one profile."""

    verdict: Verdict
    messages: tuple[Message, ...]
    missed: frozenset[int]

    def on(self, line: int) -> tuple[Message, ...]:
        """Return the messages about one line."""
        return tuple(each for each in self.messages if each.line == line)


@dataclass(frozen=True, slots=True)
class Shown:
    """A snippet with its code and all outcomes, by profile and checker."""

    name: str
    kind: Kind
    title: str
    subject: str
    code: str
    outcomes: dict[str, dict[str, Outcome]]
    gaps: tuple[Gap, ...] = ()
    since: dict[str, str] = field(default_factory=dict[str, str])
    """The version since which a checker has its result, if it had another one before."""


@dataclass(frozen=True, slots=True)
class Suite:
    """All snippets, and the versions of the checkers."""

    snippets: tuple[Shown, ...]
    versions: dict[str, str]
    histories: dict[str, list[Release]] = field(default_factory=dict[str, "list[Release]"])
    """The releases of each checker, the oldest first and the recorded one last."""

    def named(self, name: str) -> Shown:
        """Return the snippet with this name."""
        return next(each for each in self.snippets if each.name == name)


@cache
def read_suite(folder: Path) -> Suite:
    """Read the snippets of the typing tests and their recorded results."""
    records: dict[str, Record] = {}
    for checker in ALL:
        record = read_record(folder / "results" / f"{checker}.toml")
        if record is None:
            msg = f"{folder}: no results for {checker}; run python -m typing_tests --accept"
            raise FileNotFoundError(msg)
        records[checker] = record
    rules = read_rules(folder / "rules.toml")
    snippets = read_snippets(folder, rules.reasons)
    histories = {
        name: [
            *read_history(folder / "history" / f"{name}.toml", snippets),
            current(name, record, snippets, rules),
        ]
        for name, record in records.items()
    }
    gaps = read_gaps(folder / "upstream.toml", list(ALL))
    return Suite(
        tuple(_shown(snippet, folder, records, gaps, histories) for snippet in snippets),
        {checker: record.version for checker, record in records.items()},
        histories,
    )


def _shown(
    snippet: Snippet,
    folder: Path,
    records: dict[str, Record],
    gaps: Sequence[Gap],
    histories: dict[str, list[Release]],
) -> Shown:
    return Shown(
        name=snippet.name,
        kind=snippet.kind,
        title=snippet.title,
        subject=snippet.group,
        code=(folder / snippet.path).read_text(encoding="utf-8"),
        outcomes={
            profile: {
                checker: _outcome(snippet, record.profiles[profile].get(snippet.name, {}))
                for checker, record in records.items()
            }
            for profile in PROFILES
        },
        gaps=tuple(gap for gap in gaps if snippet.name in gap.snippets),
        since={name: since(releases, snippet.name) for name, releases in histories.items()},
    )


def _outcome(snippet: Snippet, entries: SnippetEntries) -> Outcome:
    messages = sorted(
        Message(entry["line"], entry["message"], entry["rule"])
        for part in ("seen", "wrong_rule", "unexpected", "allowed")
        for entry in entries.get(part, ())
    )
    missed = frozenset(entry["line"] for entry in entries.get("missed", ()))
    return Outcome(verdict(snippet.kind, entries), tuple(messages), missed)
