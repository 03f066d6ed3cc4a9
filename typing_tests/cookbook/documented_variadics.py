"""`P.args` and `P.kwargs` in `Annotated`, to document the parameters.

Subject: cookbook
"""

from collections.abc import Callable
from typing import Annotated

from typing_extensions import Doc, ParamSpec

P = ParamSpec("P")


def later(
    func: Annotated[Callable[P, object], Doc("The function.")],
    /,
    *args: Annotated[P.args, Doc("Its positional arguments.")],  # E?: misplaced-param-spec
    **kwargs: Annotated[P.kwargs, Doc("Its keyword arguments.")],  # E?: misplaced-param-spec
) -> None:
    """Call a function later."""
    func(*args, **kwargs)  # E?: misplaced-param-spec


def send(to: str) -> None:
    """Send an email."""


def right() -> None:
    """A call that fits."""
    later(send, "new@example.org")  # ok


def wrong() -> None:
    """Calls that do not."""
    later(send)  # E: missing-argument
    later(send, 1)  # E: argument-type
