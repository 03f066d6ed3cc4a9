"""Count results, and write them as a table."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ANY_GOAL, EACH_GOAL = 98, 95  # percent


class Result(NamedTuple):
    """What a checker reports about a call with a fault.

    Attributes:
        package: The package.
        kind: The kind of the fault; `none` for the package as it is.
        checker: The checker.
        place: The call.
        note: Why the call does not count, if it does not; in a package as it is, the report.
        is_reported: Whether a new finding names the checker.
    """

    package: str
    kind: str
    checker: str
    place: str
    note: str
    is_reported: bool = False


def missed(results: Sequence[Result]) -> Iterator[str]:
    """Yield what is reported in packages as they are, and the faults that are not reported."""
    by_call: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    as_is: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        if result.kind == "none":
            as_is[result.package, result.place].append(result.note)
        elif not result.note and not result.is_reported:
            by_call[result.package, result.kind, result.place].append(result.checker)
    for (package, place), notes in as_is.items():
        yield f"{package}, as it is: {place}: {len(notes)} findings, such as: {notes[0]}"
    for (package, kind, place), checkers in by_call.items():
        yield f"{package}, {kind}: {place} missed by {', '.join(checkers)}"


def shares(results: Sequence[Result]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return how many faults are reported of how many, by kind and checker or `any`."""
    calls: dict[tuple[str, str, str], dict[str, bool]] = defaultdict(dict)
    for result in results:
        if result.kind != "none" and not result.note:
            of_call = calls[result.kind, result.package, result.place]
            of_call[result.checker] = of_call.get(result.checker, False) or result.is_reported
    counts: Counter[tuple[str, str, bool]] = Counter()
    for (kind, _, _), by_checker in calls.items():
        for checker, is_reported in {"any": any(by_checker.values()), **by_checker}.items():
            counts[kind, checker, is_reported] += 1
            counts["all", checker, is_reported] += 1
    return {
        (kind, checker): (
            counts[kind, checker, True],
            counts[kind, checker, True] + counts[kind, checker, False],
        )
        for kind, checker in dict.fromkeys((kind, checker) for kind, checker, _ in counts)
    }


def table(results: Sequence[Result]) -> str:
    """Return the counts as a table in Markdown."""
    found = shares(results)
    kinds = list(dict.fromkeys(kind for kind, _ in found if kind != "all"))
    checkers = list(dict.fromkeys(checker for _, checker in found))
    versions = [f"{name} {version(name)}" for name in checkers if name != "any"]
    today = dt.datetime.now(tz=dt.timezone.utc).date()
    lines = [
        f"Measured {today} with {', '.join(versions)}.",
        "",
        f"| fault | {' | '.join(checkers)} |",
        "|---" * (len(checkers) + 1) + "|",
    ]
    for kind in (*kinds, "all"):
        cells = (found.get((kind, checker), (0, 0)) for checker in checkers)
        lines.append(f"| {kind} | " + " | ".join(f"{n} of {m}" for n, m in cells) + " |")
    return "\n".join(lines) + "\n"


def problems(results: Sequence[Result]) -> list[str]:
    """Return the goals that are missed."""
    return [
        f"{checker}: {n} of {m} is less than {goal} %"
        for (kind, checker), (n, m) in shares(results).items()
        if kind == "all" and n * 100 < (goal := ANY_GOAL if checker == "any" else EACH_GOAL) * m
    ]
