"""Defaults that only FastAPI fills, such as `Depends(...)` and `Query(...)`.

FastAPI does not call background tasks, so such a parameter would get the `Depends` object itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typed_bg._core import messages

if TYPE_CHECKING:
    from types import CodeType, FunctionType


def fastapi_defaults(function: FunctionType, code: CodeType) -> dict[str, Any]:
    """Return the defaults that only FastAPI fills, by the names of the code's parameters."""
    # From the last parameter on. A function can have been given more defaults than parameters.
    names = reversed(code.co_varnames[: code.co_argcount])
    defaults = reversed(function.__defaults__ or ())
    positional = dict(reversed(list(zip(names, defaults, strict=False))))
    values = {**positional, **(function.__kwdefaults__ or {})}
    return {name: value for name, value in values.items() if _is_fastapis(value)}


def _is_fastapis(value: object) -> bool:
    # By name, since FastAPI may not be installed. `type` is asked, as a mock claims any class.
    return any(kind.__module__ == "fastapi.params" for kind in type(value).__mro__)


def check_fastapi_defaults(
    func: object, target: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Reject a call that leaves a parameter to FastAPI.

    Raises:
        TaskArgumentError: It does.
    """
    code = target.__code__
    given = {*code.co_varnames[: len(args)], *kwargs}
    left = {
        name: value for name, value in fastapi_defaults(target, code).items() if name not in given
    }
    if left:
        raise messages.fastapi_defaults(func, target, left)
