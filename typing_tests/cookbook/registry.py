"""A registry of functions that all have the same parameters.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Generic

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Registry(Generic[P, R]):
    """Functions with the same parameters, by name."""

    def __init__(self) -> None:
        """Make an empty registry."""
        self.functions: dict[str, Callable[P, R]] = {}

    def register(self, func: Callable[P, R], /) -> Callable[P, R]:
        """Add a function."""
        self.functions[getattr(func, "__name__", "")] = func
        return func

    def call(self, name: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function by its name."""
        return self.functions[name](*args, **kwargs)


readers = Registry[[str, int], bytes]()


@readers.register
def read(path: str, size: int) -> bytes:
    """Read a file."""
    return path.encode()[:size]


def right() -> None:
    """Calls that fit."""
    data: bytes = readers.call("read", "a", 1)  # ok
    print(data)


def wrong() -> None:
    """A call that does not fit, and a function with other parameters."""
    readers.call("read", "a")  # E: missing-argument
    readers.call("read", 1, 1)  # E: argument-type

    @readers.register  # E: argument-type
    def other(number: float) -> bytes:
        """Write a number."""
        return str(number).encode()

    print(other)
