"""A factory that takes a class and its constructor's arguments.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

made: list[object] = []


def make(kind: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Make an object, and keep it."""
    instance = kind(*args, **kwargs)
    made.append(instance)
    return instance


class Mailer:
    """Sends emails."""

    def __init__(self, host: str, *, port: int = 25) -> None:
        """Set the server."""
        self.host = host
        self.port = port


def right() -> None:
    """Calls that fit."""
    mailer: Mailer = make(Mailer, "localhost", port=2525)  # ok
    print(mailer.host)


def wrong() -> None:
    """Calls that do not."""
    make(Mailer)  # E: missing-argument
    make(Mailer, "localhost", prot=2525)  # E: unknown-keyword
    make(Mailer, 25)  # E: argument-type
