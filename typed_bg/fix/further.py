"""The fixes that further options make: those that reveal wrong calls, and unsafe ones."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from typed_bg.fix.revealed import wrong_calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg.fix.run import FixOutcome

_NOT_REPEATED = frozenset({"--write", "--interactive"})


def further_lines(outcome: FixOutcome, options: Sequence[str]) -> Iterator[str]:
    """Yield a line for each option that makes more fixes, with the command.

    Args:
        outcome: The result without these options.
        options: The arguments of the command line.
    """
    given = [option for option in options if option not in _NOT_REPEATED]
    revealing = [each for each in outcome.proof.rejected if each.reveals]
    if revealing:
        wrong = {one for each in revealing for one in each.reveals}
        calls = {one.call for one in wrong}
        known = {
            key for key, call in outcome.proof.before.calls.items() if key in calls and call.wrong
        }
        reports = f" (`typed-bg check` reports {len(known)} of them today)" if known else ""
        fixes = "1 more fix reveals" if len(revealing) == 1 else f"{len(revealing)} more reveal"
        yield f"{fixes} {wrong_calls(wrong)}{reports}: {_command(given, '--reveal')}"
    number = outcome.unsafe_left
    if number:
        fixes = "1 more fix" if number == 1 else f"{number} more fixes"
        can = "can change what the code does, and may work"
        yield f"{fixes} {can}: {_command(given, '--unsafe')}"


def _command(options: Sequence[str], option: str) -> str:
    return shlex.join(["typed-bg", *options, option])
