"""A function with the parameters of another one.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Any

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def parameters_of(_: Callable[P, Any], /) -> Callable[[Callable[..., R]], Callable[P, R]]:
    """Give the decorated function the parameters of another one."""

    def decorate(func: Callable[..., R]) -> Callable[P, R]:
        return func

    return decorate


def fetch(url: str, *, timeout: float = 5, retries: int = 3) -> bytes:
    """Fetch a page."""
    return f"{url} {timeout} {retries}".encode()


@parameters_of(fetch)
def fetch_text(*args: Any, **kwargs: Any) -> str:
    """Fetch a page as text."""
    return fetch(*args, **kwargs).decode()


def right() -> None:
    """Calls that fit."""
    text: str = fetch_text("a", timeout=1)  # ok
    print(text)


def wrong() -> None:
    """Calls that do not."""
    fetch_text(1)  # E: argument-type
    fetch_text("a", timeuot=1)  # E: unknown-keyword
    page: bytes = fetch_text("a")  # E: assignment
    print(page)
