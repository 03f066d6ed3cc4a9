"""A union instead of two overloads: `Callable[P, Awaitable[R] | R]`.

Subject: cookbook
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def call(func: Callable[P, Awaitable[R] | R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function of either kind, and return what it returns."""
    result: Any = func(*args, **kwargs)
    value: R = await result if inspect.isawaitable(result) else result
    return value


async def fetch(url: str) -> bytes:
    """Fetch a page."""
    return url.encode()


def length(text: str) -> int:
    """Count characters."""
    return len(text)


async def right_calls() -> None:
    """Calls that fit."""
    number: int = await call(length, "a")  # ok
    page = await call(fetch, "a")  # ok
    print(page.decode())  # ok
    print(number)


def right() -> None:
    """Run them."""
    asyncio.run(right_calls())


async def wrong() -> None:
    """A call that does not."""
    await call(fetch, 1)  # E: argument-type
