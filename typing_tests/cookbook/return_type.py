"""The forwarder returns the function's result with its type.

Subject: cookbook
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

pool = ThreadPoolExecutor(1)


def submit(func: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
    """Call a function in a thread."""
    return pool.submit(func, *args, **kwargs)


def parse(text: str, *, base: int = 10) -> int:
    """Read a number."""
    return int(text, base)


def right() -> None:
    """Calls that fit."""
    number: int = submit(parse, "ff", base=16).result()  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    text: str = submit(parse, "ff", base=16).result()  # E: assignment
    submit(parse, "ff", 16)  # E: too-many-arguments
    print(text)
