"""all six checkers reject right calls of a function that is decorated without parentheses."""

from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def logged(
    func: Callable[P, R] | None = None, /, *, name: str = ""
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]: ...


@logged
def parse(text: str) -> int: ...


parse("10")  # reported by: all
