"""Choose which of many tests that are alike `nox` runs. `nox -s full` runs all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
SLOW = {"mypy", "pyright", "basedpyright"}  # each takes seconds to start
QUICK = {"ty", "pyrefly", "zuban"}
# For a fixture that runs checkers once for many tests.
CHECKER_SETS = [
    pytest.param(tuple(sorted(QUICK)), id="quick"),
    pytest.param(tuple(sorted(SLOW | QUICK)), id="all", marks=pytest.mark.full),
]


def only(values: Iterable[T], is_kept: Callable[[T], bool]) -> list[object]:
    """Return the values for a parametrized test, and mark those that are not kept as `full`."""
    found = list(values)
    if not any(map(is_kept, found)):  # such a test would never run
        message = f"none of {found} is kept"
        raise ValueError(message)
    return [
        value if is_kept(value) else pytest.param(value, marks=pytest.mark.full) for value in found
    ]


def one_of_each(values: Iterable[T], kind: Callable[[T], object]) -> list[object]:
    """Keep the first value of each kind."""
    found = list(values)
    first: dict[object, T] = {}
    for value in found:
        first.setdefault(kind(value), value)
    kept = list(first.values())
    return only(found, lambda value: value in kept)


def mark_slow_checkers(items: Iterable[pytest.Item]) -> None:
    """Of tests that are repeated with each checker, mark the cases of the slow ones as `full`.

    Where a fixture shares the run of a checker, the tests cost nothing and are kept.
    """
    cases: defaultdict[str, dict[pytest.Item, set[str]]] = defaultdict(dict)
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent.name in {"check", "checkers"}:
            cases[item.nodeid.partition("[")[0]][item] = _checkers(item)
    for of_function in cases.values():
        if any(QUICK & names for names in of_function.values()):
            for item, names in of_function.items():
                if SLOW & names and "reading" not in item.fixturenames:
                    item.add_marker(pytest.mark.full)


def _checkers(item: pytest.Function) -> set[str]:
    """Return the checkers that a case has as parameters, by their names or their configs' names."""
    found: set[str] = set()
    for value in item.callspec.params.values() if hasattr(item, "callspec") else ():
        name = getattr(value, "name", value)
        if isinstance(name, str) and (match := re.match(r"([a-z]+?)(config)?\b", name)):
            found.add(match[1])
    return found & (SLOW | QUICK)
