"""Options of the call itself stay apart from the function's arguments.

Subject: cookbook
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from typing_extensions import ParamSpec

P = ParamSpec("P")


@dataclass(frozen=True)
class Queue:
    """Functions to call, with options."""

    delay: timedelta = timedelta(0)
    retries: int = 0

    def options(self, *, delay: timedelta | None = None, retries: int | None = None) -> "Queue":
        """Return this queue with other options."""
        return replace(
            self,
            delay=self.delay if delay is None else delay,
            retries=self.retries if retries is None else retries,
        )

    def push(self, func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Add a function and its arguments."""
        func(*args, **kwargs)


def download(url: str, *, retries: int = 3) -> None:
    """Download a file, trying several times."""


def right() -> None:
    """Calls that fit."""
    Queue().options(retries=1).push(download, "a", retries=5)  # ok


def wrong() -> None:
    """Calls that do not."""
    Queue().options(retry=1).push(download, "a")  # E: unknown-keyword
    Queue().options(retries=1).push(download, "a", delay=5)  # E: unknown-keyword
