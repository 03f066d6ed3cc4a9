"""The share of the calls that is checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg.check.results.report import Report

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


def checked_calls(report: Report, checker: str = "") -> int:
    """Return how many calls are checked, every argument included.

    Args:
        report: The report.
        checker: By which checker; empty for any of them.
    """
    return sum(
        any(
            judgement.verdict == "checked" and checker in {"", judgement.checker}
            for judgement in site.judgements
        )
        for site in report.sites
    )


def percent(report: Report, checker: str = "") -> float:
    """Return the share of calls that are checked, from 0 to 100; 100 if there are no calls."""
    calls = len(report.sites)
    return _ALL * checked_calls(report, checker) / calls if calls else float(_ALL)


def shortfalls(report: Report, limits: Iterable[Limit]) -> list[str]:
    """Return a sentence for each limit that the report does not reach."""
    return [
        f"{percent(report, limit.checker):.1f} % of {len(report.sites):,} calls are checked by "
        f"{limit.checker or 'at least one checker'}, and --fail-under needs {limit.percent:g} %"
        for limit in limits
        if percent(report, limit.checker) < limit.percent
    ]
