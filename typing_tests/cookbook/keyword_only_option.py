"""An option between `*args: P.args` and `**kwargs: P.kwargs` is not allowed.

Subject: cookbook
"""

from collections.abc import Callable

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(  # E[option]: misplaced-param-spec
    func: Callable[P, object],
    /,
    *args: P.args,
    delay: float = 0,  # E[option]: misplaced-param-spec
    **kwargs: P.kwargs,
) -> None:
    """Call a function later."""
    func(*args, **kwargs)  # E?: misplaced-param-spec
