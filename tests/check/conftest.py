"""Tests that are repeated with each type checker: `nox` leaves the slow ones to `nox -s full`."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from typed_bg.checkers import Checker

_SLOW = {"mypy", "pyright", "basedpyright"}  # each takes seconds to start
_QUICK = {"ty", "pyrefly", "zuban"}


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the cases of slow checkers as `full` where there are cases of quick ones."""
    cases: defaultdict[str, dict[pytest.Item, set[str]]] = defaultdict(dict)
    for item in items:
        if isinstance(item, pytest.Function) and Path(__file__).parent in item.path.parents:
            cases[item.nodeid.partition("[")[0]][item] = _checkers(item)
    for of_function in cases.values():
        if any(_QUICK & names for names in of_function.values()):
            for item, names in of_function.items():
                if _SLOW & names:
                    item.add_marker(pytest.mark.full)


def _checkers(item: pytest.Function) -> set[str]:
    """Return the checkers among the parameters of a case."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    names = {value.name if isinstance(value, Checker) else value for value in values}
    return {name for name in names if name in _SLOW | _QUICK}
