"""PEP 835 (draft): `str @ Doc("...")` for `Annotated[str, Doc("...")]`.

Subject: cookbook
"""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import Doc, ParamSpec

P = ParamSpec("P")


def send(to: str @ Doc("The address."), copies: int = 1) -> None:  # ok
    """Send an email."""


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later."""


def right() -> None:
    """Calls that fit."""
    later(send, "a@example.org", copies=2)  # ok


def wrong() -> None:
    """Calls that do not."""
    later(send, 5)  # E: argument-type
    later(send, "a@example.org", topic="x")  # E: unknown-keyword
