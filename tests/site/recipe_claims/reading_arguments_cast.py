"""no checker checks this call, and zuban rejects it."""

from collections.abc import Callable
from typing import Any, cast

from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    cast("Any", func)(*args, retries=5, **kwargs)  # reported by: zuban
