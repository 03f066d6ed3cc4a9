"""A cache that keeps the function's parameters and result.

Subject: cookbook
"""

import functools
from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def cached(func: Callable[P, R]) -> Callable[P, R]:
    """Remember the result of each call."""
    results: dict[object, R] = {}

    @functools.wraps(func)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(sorted(kwargs.items())))
        if key not in results:
            results[key] = func(*args, **kwargs)
        return results[key]

    return wrapper


@cached
def load(key: str, *, size: int = 1) -> bytes:
    """Load something."""
    return key.encode() * size


def right() -> None:
    """Calls that fit."""
    data: bytes = load("a", size=2)  # ok
    print(data)


def wrong() -> None:
    """Calls that do not."""
    load()  # E: missing-argument
    load(1)  # E: argument-type
    load("a", sise=2)  # E: unknown-keyword
