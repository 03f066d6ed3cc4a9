"""but checkers no longer know `cache_clear()`."""

import functools
from collections.abc import Callable
from typing import cast

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def cached(func: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", functools.cache(func))


@cached
def load(key: str) -> bytes: ...


load("a")  # reported by: none
load(1)  # reported by: all
load.cache_clear()  # reported by: all
