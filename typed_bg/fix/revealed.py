"""Wrong calls that an edit reveals: true errors that no checker reported before.

An edit that gives a decorator its types makes all calls of the function checked, and shows those
that were wrong all along. Such a report is new, but the edit is not what is wrong with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from typed_bg.check.verdicts.diagnostic_rules import is_call_rule, is_type_rule
from typed_bg.fix.measure import CallKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import PurePosixPath

    from typed_bg.check.results.report import Verdict
    from typed_bg.fix.measure import Measurement, Reported

LEVELS: dict[Verdict, int] = {"arity-only": 1, "checked": 2}
"""How much of a call a checker checks; 0 for all other verdicts."""
_SHOWN = 3  # wrong calls that a line names


class Revealed(NamedTuple):
    """A wrong call that is reported only with an edit.

    Attributes:
        call: The call.
        checker: The checker that reports it.
        message: What it reports.
    """

    call: CallKey
    checker: str
    message: str


def level(measurement: Measurement, call: CallKey, checker: str) -> int:
    """Return how much of a call a checker checks."""
    found = measurement.calls.get(call)
    return 0 if found is None else LEVELS.get(found.verdicts().get(checker, "unchecked"), 0)


def is_about_arguments(reported: Reported) -> bool:
    """Return whether a diagnostic is about the names, the number or the types of arguments."""
    return is_call_rule(reported.rule) or is_type_rule(reported.rule)


def revealed(
    problem: Reported,
    calls: Collection[CallKey],
    before: Measurement,
    after: Measurement,
) -> Revealed | None:
    """Return the wrong call that a new diagnostic is about, if it is one that was hidden.

    If it is about a background-task call, the call must become checked, and be reported as wrong.
    Otherwise it is about an ordinary call of a function whose decorator an edit annotates: then
    a background-task call of such a function must become checked.

    Args:
        problem: The diagnostic.
        calls: The calls that the edit is for.
        before: The project as it is.
        after: The project with the edit.
    """

    def improves(call: CallKey) -> bool:
        was, becomes = (level(each, call, problem.checker) for each in (before, after))
        return becomes > was

    at = [call for call in calls if is_at(call, problem.path, problem.line, before)]
    if not at:
        place = CallKey(problem.path, problem.line, 0)
        is_proven = any(map(improves, calls))
        return Revealed(place, problem.checker, problem.message) if is_proven else None
    for call in at:
        now = after.calls.get(call)
        if now is not None and problem.checker in now.wrong_by and improves(call):
            return Revealed(call, problem.checker, problem.message)
    return None


def is_at(call: CallKey, path: PurePosixPath, line: int, before: Measurement) -> bool:
    """Return whether a line of the original is one of a call."""
    if call.path != path or call not in before.calls:
        return False
    place = before.calls[call].reported.place
    return place.line <= line <= (place.end_line or place.line)


def wrong_calls(found: Collection[Revealed]) -> str:
    """Return how many wrong calls there are, and where."""
    calls = sorted({each.call for each in found})
    shown = ", ".join(map(str, calls[:_SHOWN]))
    more = f" and {len(calls) - _SHOWN} more" if len(calls) > _SHOWN else ""
    return f"{len(calls)} wrong {'call' if len(calls) == 1 else 'calls'}: {shown}{more}"


def wrong_lines(found: Iterable[Revealed]) -> list[str]:
    """Return a line for each wrong call, with what the checker reports."""
    return [f"  wrong: {call}: {checker}: {message}" for call, checker, message in found]
