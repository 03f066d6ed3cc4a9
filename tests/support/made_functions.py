"""Functions with code objects of their own, and the interpreter's own errors for calls of them."""

from __future__ import annotations

import inspect
from typing import Any


def make(source: str, filename: str = "<made>") -> Any:
    """Make a function `f` with a code object of its own."""
    namespace: dict[str, Any] = {"__name__": "made"}
    exec(compile(source, filename, "exec"), namespace)  # noqa: S102
    return namespace.pop("f")  # its globals would keep it alive


def words(target: Any, *args: Any, **kwargs: Any) -> str | None:
    """Call a target that does nothing, and return the interpreter's error message, if any."""
    try:
        result = target(*args, **kwargs)
    except TypeError as error:
        return str(error)
    if inspect.iscoroutine(result):
        result.close()
    return None
