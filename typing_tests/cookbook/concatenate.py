"""The forwarder supplies the function's first argument, and callers pass the others.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Concatenate

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Session:
    """A session of a database."""


def in_session(
    func: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
) -> R:
    """Call a function with a new session and these arguments."""
    return func(Session(), *args, **kwargs)


def save(session: Session, name: str, *, force: bool = False) -> int:
    """Save a name."""
    return 1


def count(names: list[str]) -> int:
    """Count names, without a session."""
    return len(names)


def right() -> None:
    """Calls that fit."""
    number: int = in_session(save, "a", force=True)  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    in_session(save)  # E: missing-argument
    in_session(save, Session(), "a")  # E: too-many-arguments
    in_session(save, 1)  # E: argument-type
    in_session(count, ["a"])  # E: argument-type  the function takes no session
