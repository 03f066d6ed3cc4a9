"""PEP 696: default parameters for `P`, in a class with a type parameter list.

Subject: cookbook

Needs: Python 3.13
"""

from collections.abc import Callable


class Event[**P = [str]]:
    """An event. Its handlers get a text if nothing else is specified."""

    def __init__(self) -> None:
        """Start without handlers."""
        self.handlers: list[Callable[P, object]] = []

    def on(self, handler: Callable[P, object], /) -> None:
        """Add a handler."""
        self.handlers.append(handler)

    def send(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call all handlers."""
        for handler in self.handlers:
            handler(*args, **kwargs)


def shout(text: str) -> None:
    """Print a text loudly."""


def repeat(text: str, times: int) -> None:
    """Print a text several times."""


def right(said: Event, repeated: Event[[str, int]]) -> None:
    """Calls that fit."""
    said.on(shout)  # ok
    said.send("Hello")  # ok
    repeated.on(repeat)  # ok
    repeated.send("Hello", 3)  # ok


def wrong(said: Event, repeated: Event[[str, int]]) -> None:
    """Calls that do not."""
    said.on(repeat)  # E: argument-type
    said.send(3)  # E: argument-type
    said.send()  # E: missing-argument
    repeated.send("Hello")  # E: missing-argument
