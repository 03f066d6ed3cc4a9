"""A decorator for functions and for coroutine functions.

Subject: cookbook
"""

import asyncio
import inspect
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

seconds: list[float] = []


def timed(func: Callable[P, R], /) -> Callable[P, R]:
    """Measure how long each call takes, until its result is there."""
    if inspect.iscoroutinefunction(func):

        @wraps(func)
        async def awaited(*args: P.args, **kwargs: P.kwargs) -> Any:
            started = time.perf_counter()
            try:
                return await func(*args, **kwargs)
            finally:
                seconds.append(time.perf_counter() - started)

        return cast("Callable[P, R]", awaited)

    @wraps(func)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        started = time.perf_counter()
        try:
            return func(*args, **kwargs)
        finally:
            seconds.append(time.perf_counter() - started)

    return called


@timed
def length(text: str) -> int:
    """Count characters."""
    return len(text)


@timed
async def fetch(url: str, *, retries: int = 3) -> bytes:
    """Fetch a page."""
    await asyncio.sleep(0)
    return f"{url} {retries}".encode()


async def right_calls() -> None:
    """Calls that fit."""
    number: int = length("a")  # ok
    page: bytes = await fetch("a", retries=1)  # ok
    print(number, page)


def right() -> None:
    """Run them."""
    asyncio.run(right_calls())


def wrong() -> None:
    """Calls that do not, and a result that is not awaited."""
    length()  # E: missing-argument
    fetch("a", retires=1)  # E: unknown-keyword
    page: bytes = fetch("a")  # E: assignment
    print(page)
