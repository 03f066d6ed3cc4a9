"""`P.args` and `P.kwargs` belong together.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function later."""
    func(*args, **kwargs)


def only_args(  # E[only+]: misplaced-param-spec
    func: Callable[P, object],  # E[only+]: misplaced-param-spec
    /,
    *args: P.args,  # E[only+]: misplaced-param-spec
) -> None:
    """Leave out the keywords."""
    print(func, args)


def partly(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Pass on a part of the arguments."""
    func(*args)  # E: param-spec
    print(kwargs)


def send(to: str, *, retries: int = 3) -> None:
    """Send an email."""


def right() -> None:
    """A call that fits."""
    later(send, "new@example.org", retries=5)  # ok


def wrong() -> None:
    """A call that does not."""
    later(send, retries=5)  # E: missing-argument
