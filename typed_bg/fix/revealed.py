"""Wrong calls that an edit reveals: true errors that no checker reported before.

An edit that gives a decorator its types makes all calls of the function checked, and shows those
that were wrong all along. Such a report is new, but the edit is not what is wrong with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from typed_bg.check.verdicts.diagnostic_rules import is_call_rule, is_type_rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from typed_bg.check.results.report import Verdict
    from typed_bg.fix.measure import CallKey, Measurement, Reported

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


def may_be_revealed(
    problem: Reported | str, calls: Collection[CallKey], before: Measurement
) -> bool:
    """Return whether a new diagnostic may be a wrong argument that was hidden before.

    Args:
        problem: The diagnostic.
        calls: The calls that the edits are for.
        before: The project as it is.
    """
    return (
        not isinstance(problem, str) and next(_calls_at(problem, calls, before), None) is not None
    )


def revealed(
    problems: Iterable[Reported],
    calls: Collection[CallKey],
    before: Measurement,
    after: Measurement,
) -> dict[Reported, Revealed]:
    """Return the diagnostics that are wrong arguments of calls that become checked.

    Args:
        problems: The new diagnostics.
        calls: The calls that the edits are for.
        before: The project as it is.
        after: The project with the edits.
    """
    found: dict[Reported, Revealed] = {}
    for problem in problems:
        for call in _calls_at(problem, calls, before):
            now = after.calls.get(call)
            is_wrong = now is not None and problem.checker in now.wrong_by
            was, becomes = (level(each, call, problem.checker) for each in (before, after))
            if is_wrong and becomes > was:
                found[problem] = Revealed(call, problem.checker, problem.message)
    return found


def _calls_at(
    problem: Reported, calls: Iterable[CallKey], before: Measurement
) -> Iterator[CallKey]:
    """Yield the calls whose names, numbers or types of arguments a diagnostic may be about."""
    if is_call_rule(problem.rule) or is_type_rule(problem.rule):
        yield from (call for call in calls if is_at(call, problem.path, problem.line, before))


def is_at(call: CallKey, path: object, line: int, before: Measurement) -> bool:
    """Return whether a line of the original is one of a call."""
    if call.path != path or call not in before.calls:
        return False
    place = before.calls[call].site.place
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
