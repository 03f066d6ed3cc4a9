"""The share of the calls that is checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg.check.results.report import Judgement, Report

_LIMIT = re.compile(r"(?:(?P<checker>\w+)=)?(?P<percent>[0-9]{1,3}(?:\.[0-9]+)?)")
_ALL = 100


class Limit(NamedTuple):
    """The least share of calls that must be checked.

    Attributes:
        percent: The share, from 0 to 100.
        checker: The checker that must check them; empty for any of them.
    """

    percent: float
    checker: str = ""


def parse_limit(text: str, checkers: Iterable[str]) -> Limit | None:
    """Read `PERCENT` or `CHECKER=PERCENT`; `None` if it is neither.

    Args:
        text: The text.
        checkers: The names that may come before the `=`.
    """
    found = _LIMIT.fullmatch(text.strip())
    if found is None or float(found["percent"]) > _ALL:
        return None
    checker = found["checker"] or ""
    return Limit(float(found["percent"]), checker) if checker in {"", *checkers} else None


def checked_calls(report: Report, checker: str = "", *, directly: bool = False) -> int:
    """Return how many calls are checked, every argument included.

    Args:
        report: The report.
        checker: By which checker; empty for any of them.
        directly: Whether calls count whose direct call is checked.
    """
    return sum(
        any(
            checker in {"", judgement.checker} and _is_checked(judgement, directly=directly)
            for judgement in call.judgements
        )
        for call in report.calls
    )


def _is_checked(judgement: Judgement, *, directly: bool) -> bool:
    if judgement.verdict == "checked-directly":
        return directly and not judgement.unseen
    return judgement.verdict == "checked"


def percent(report: Report, checker: str = "", *, directly: bool = False) -> float:
    """Return the share of calls that are checked, from 0 to 100; 100 if there are no calls.

    Args:
        report: The report.
        checker: By which checker; empty for any of them.
        directly: Whether calls count whose direct call is checked.
    """
    calls = len(report.calls)
    checked = checked_calls(report, checker, directly=directly)
    return _ALL * checked / calls if calls else float(_ALL)


def sentence(report: Report, checker: str = "") -> str:
    """Return the share of calls that are checked, and with direct calls if that is more."""
    calls = len(report.calls)
    noun = "call is" if calls == 1 else "calls are"
    own, more = percent(report, checker), percent(report, checker, directly=True)
    text = f"{_short(own)} % of {calls:,} {noun} checked by {checker or 'at least one checker'}"
    return f"{text}, {_short(more)} % with direct calls" if more > own else text


def _short(share: float) -> str:
    """Write a share with at most one decimal, rounded down: 99.96 % is not everything."""
    return f"{int(share * 10) / 10:g}"


def shortfalls(report: Report, limits: Iterable[Limit]) -> list[str]:
    """Return a sentence for each limit that the report does not reach.

    A call counts only if the checker checks it itself.
    """
    return [
        f"{sentence(report, limit.checker)}, and --fail-under needs {limit.percent:g} %"
        for limit in limits
        if percent(report, limit.checker) < limit.percent
    ]
