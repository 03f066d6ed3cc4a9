"""Choose which of many tests that are alike `nox` runs. `nox -s full` runs all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


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
