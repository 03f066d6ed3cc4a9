"""A subclass whose `__init__` passes everything on to its base class.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Any

from typing_extensions import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
S = TypeVar("S")


def parameters_of(
    _: Callable[Concatenate[Any, P], None], /
) -> Callable[[Callable[..., None]], Callable[Concatenate[Any, P], None]]:
    """Give the decorated method the parameters of another one."""

    def decorate(method: Callable[..., None]) -> Callable[Concatenate[Any, P], None]:
        return method

    return decorate


class Client:
    """A client."""

    def __init__(self, url: str, *, timeout: float = 5) -> None:
        """Set what it connects to."""
        self.url = url
        self.timeout = timeout


class LoggingClient(Client):
    """A client that logs."""

    @parameters_of(Client.__init__)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set what it connects to."""
        super().__init__(*args, **kwargs)
        self.log: list[str] = []


def right() -> None:
    """Calls that fit."""
    client = LoggingClient("a", timeout=1)  # ok
    print(client.url)


def wrong() -> None:
    """Calls that do not."""
    LoggingClient()  # E: missing-argument
    LoggingClient(1)  # E: argument-type
    LoggingClient("a", timeuot=1)  # E: unknown-keyword
