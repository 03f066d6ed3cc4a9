"""but only ty reports it."""

from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def changed(func: Callable[P, R]) -> Callable[P, R]:
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        kwargs["retries"] = 5  # reported by: ty
        return func(*args, **kwargs)

    return wrapper
