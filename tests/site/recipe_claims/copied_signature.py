"""none of the six checkers checks a call."""

from functools import wraps
from typing import Any


def fetch(url: str, *, timeout: float = 5) -> bytes: ...


@wraps(fetch)
def fetch_text(*args: Any, **kwargs: Any) -> str:
    return fetch(*args, **kwargs).decode()


fetch_text(1)  # reported by: none
fetch_text("a", timeuot=1)  # reported by: none
