"""It rejects every function that returns something."""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(func: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs) -> None: ...


def count(text: str) -> int: ...


later(count, "a")  # reported by: all
