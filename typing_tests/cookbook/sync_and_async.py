"""Functions and coroutine functions, with the right result type for each.

Subject: cookbook
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, overload

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@overload
async def call(
    func: Callable[P, Coroutine[Any, Any, R]], /, *args: P.args, **kwargs: P.kwargs
) -> R: ...
@overload
async def call(func: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...
async def call(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a function of either kind, and return what it returns."""
    result = func(*args, **kwargs)
    return await result if inspect.isawaitable(result) else result


async def call_async(func: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a coroutine function, and nothing else."""
    return await func(*args, **kwargs)


async def fetch(url: str) -> bytes:
    """Fetch a page."""
    return url.encode()


def length(text: str) -> int:
    """Count characters."""
    return len(text)


async def right_calls() -> None:
    """Calls that fit."""
    page: bytes = await call(fetch, "a")  # ok
    number: int = await call(length, "a")  # ok
    again: bytes = await call_async(fetch, "a")  # ok
    print(page, number, again)


def right() -> None:
    """Run them."""
    asyncio.run(right_calls())


async def wrong() -> None:
    """Calls that do not."""
    await call_async(length, "a")  # E: argument-type
    await call_async(fetch, 1)  # E: argument-type
    await call(fetch, 1)  # E: no-overload
    page = await call(fetch, "a")
    number: int = page  # E: assignment
    print(number)
