"""only `*args` and `**kwargs` can have these annotations."""

from typing import Generic

from typing_extensions import ParamSpec

P = ParamSpec("P")


class Call(Generic[P]):
    args: P.args  # reported by: all
    kwargs: P.kwargs  # reported by: all
