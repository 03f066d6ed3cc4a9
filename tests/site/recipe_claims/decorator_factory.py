"""pyrefly and zuban do not check the decorated function's calls"""

import functools
from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def retried(func: Callable[P, R], *, times: int) -> Callable[P, R]: ...


@functools.partial(retried, times=3)
def parse(text: str, *, base: int = 10) -> int: ...


parse(10)  # reported by: mypy, pyright, basedpyright, ty
parse("ff", bas=16)  # reported by: mypy, pyright, basedpyright, ty
