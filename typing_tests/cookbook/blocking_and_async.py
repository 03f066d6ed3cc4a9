"""One signature, as a function and as a coroutine function.

Subject: cookbook
"""

import asyncio
from collections.abc import Callable
from typing import Generic

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Both(Generic[P, R_co]):
    """A function that can also be awaited."""

    def __init__(self, func: Callable[P, R_co], /) -> None:
        """Keep the function."""
        self.func = func

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function, and wait for it."""
        return self.func(*args, **kwargs)

    async def run(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function in a thread."""
        return await asyncio.to_thread(self.func, *args, **kwargs)


@Both
def fetch(url: str, *, timeout: float = 5) -> bytes:
    """Fetch a page."""
    return f"{url} {timeout}".encode()


async def right_calls() -> None:
    """Calls that fit."""
    page: bytes = fetch("a", timeout=1)  # ok
    again: bytes = await fetch.run("a", timeout=1)  # ok
    print(page, again)


def right() -> None:
    """Run them."""
    asyncio.run(right_calls())


async def wrong() -> None:
    """Calls that do not."""
    fetch(1)  # E: argument-type
    await fetch.run("a", timeuot=1)  # E: unknown-keyword
    page: bytes = fetch.run("a")  # E: assignment
    print(page)
