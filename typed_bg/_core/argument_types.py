"""Check the types of a task's arguments against the annotations of its function.

Only this needs typeguard. A value is rejected only if typeguard finds that it does not have the
annotated type. Whatever cannot be decided is accepted.
"""

from __future__ import annotations

import functools
import importlib
import os
import typing
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import typing_extensions

from typed_bg._core import hooks, messages
from typed_bg._core.annotations import Parameters, PerFunction, Unresolved
from typed_bg._core.binding import CACHE_TYPE, dispatched, through_partials, type_of
from typed_bg._core.runner import logger

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Iterator

    from starlette.background import BackgroundTask

    from typed_bg.exceptions import TaskArgumentError

CheckTypes = bool | Literal["warn"]

VARIABLE = "TYPED_BG_CHECK_TYPES"
_ANY: Any = Any
_MOST_WRAPPERS = 100  # some objects answer to any attribute with another such object
_UNSUPPORTED: tuple[Any, ...] = (
    # typing has them since Python 3.11.
    *(module.Self for module in (typing, typing_extensions) if hasattr(module, "Self")),
    *(module.Unpack for module in (typing, typing_extensions) if hasattr(module, "Unpack")),
    # Files that `tempfile` makes, for example, are of no class that typeguard knows.
    *(typing.IO, typing.TextIO, typing.BinaryIO),
)
_TYPE_VAR_TUPLES = tuple(
    kind
    for kind in (getattr(typing, "TypeVarTuple", None), typing_extensions.TypeVarTuple)
    if isinstance(kind, type)
)


def from_environment() -> CheckTypes:
    """Return the default that the environment sets.

    Raises:
        ValueError: The variable has another value than the two that it can have.
    """
    value = os.environ.get(VARIABLE, "")
    if value not in ("", "warn", "error"):
        msg = f"the environment variable {VARIABLE} is {value!r}; it must be 'warn' or 'error'"
        raise ValueError(msg)
    chosen: CheckTypes = "warn" if value == "warn" else value == "error"
    prepare(chosen)
    return chosen


def prepare(value: object) -> None:
    """Reject invalid values of the option, and let `add_task` consider it from now on.

    Raises:
        ValueError: The value is invalid.
        ModuleNotFoundError: typeguard is not installed.
    """
    if value not in (False, True, "warn"):
        msg = f"check_types is {value!r}; it must be True, False or 'warn'"
        raise ValueError(msg)
    if value:
        _load_typeguard()
        hooks.check_types_with(check)


@functools.cache
def _load_typeguard() -> Callable[[Any, Any], str | None]:
    """Return a function that returns why a value does not have a type."""
    try:
        typeguard: Any = importlib.import_module("typeguard")
    except ModuleNotFoundError as error:
        msg = "check_types needs typeguard: install typed-bg[check-types]"
        raise ModuleNotFoundError(msg, name=error.name) from error

    def misfit(value: Any, hint: Any) -> str | None:
        try:
            typeguard.check_type(
                value,
                hint,
                forward_ref_policy=typeguard.ForwardRefPolicy.IGNORE,
                # With only the first item, whether a call is rejected would depend on the order.
                collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS,
            )
        except typeguard.TypeCheckError as error:
            return str(error)
        except Exception:  # noqa: BLE001  # a type that cannot be checked, or hooks of a value
            return None
        return None

    return misfit


def check(task: BackgroundTask, mode: CheckTypes) -> None:
    """Check the arguments of a task that was just made.

    Raises:
        TaskArgumentError: An argument does not have its parameter's type.
    """
    error = find_misfit(task.func, task.args, task.kwargs)
    if error is None:
        return
    if mode != "warn":
        raise error
    logger.warning("%s", error)


def find_misfit(
    func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> TaskArgumentError | None:
    """Return the error for the first argument that does not have its parameter's type."""
    target, args, kwargs = through_partials(func, args, kwargs)
    target = dispatched(target, args)
    parameters = _parameters_of(target)
    if parameters is None:
        return None
    misfit = _load_typeguard()
    types = parameters.types
    names = parameters.positional_names(len(args))
    for (name, shown), value in (
        *zip(names, args, strict=True),
        *(((name, name), value) for name, value in kwargs.items()),
    ):
        hint = types.get(name, _ANY)
        if hint is _ANY:
            hint = parameters.type_of(name)
        if type_of(value) is hint or hint is _ANY:
            continue
        why = misfit(value, hint)
        if why is None or parameters.has_default(name, value):
            continue
        if _is_certain(target, parameters, args, kwargs):
            return messages.argument_type(func, parameters.described, shown, value, hint, why)
    return None


class _Checkable(Parameters):
    """The parameters with those types that can be checked."""

    def ignore_unsupported(self) -> None:
        """Replace the types that cannot be checked."""
        ignored = getattr(self.described, "__no_type_check__", False)
        for name, hint in self.types.items():
            if ignored or isinstance(hint, Unresolved) or _is_unsupported(hint):
                self.types[name] = _ANY

    def has_default(self, name: str, value: Any) -> bool:
        """Return whether a value is its parameter's default, such as None of `to: str = None`."""
        parameter = self.signature.parameters.get(name)
        return parameter is not None and parameter.default is value


def _read(func: Callable[..., Any]) -> _Checkable | None:
    try:
        parameters = _Checkable(func)
    except Exception:  # noqa: BLE001  # it has no signature, or an annotation is any expression
        return None
    parameters.ignore_unsupported()
    return parameters


_parameters_of: PerFunction[_Checkable | None] = PerFunction(_read)


def _is_unsupported(hint: Any) -> bool:
    """Return whether typeguard would reject values that type checkers accept."""
    origin: Any = get_origin(hint) or hint
    parts: tuple[Any, ...] = get_args(hint)
    if type_of(hint) is list:  # a Callable's parameters
        parts = tuple(hint)
    return (
        isinstance(hint, _TYPE_VAR_TUPLES)
        or any(origin is special for special in _UNSUPPORTED)
        # It compares the kinds of methods, which need not be the same.
        or getattr(origin, "_is_protocol", False)
        or _is_pydantics(origin)
        or any(map(_is_unsupported, parts))
    )


def _is_pydantics(origin: Any) -> bool:
    """Return whether a class stands for another one, as `EmailStr` for `str`."""
    if getattr(origin, "__pydantic_generic_metadata__", {}).get("args"):
        return True  # Page(items=[1]) is no instance of Page[int]
    module = getattr(origin, "__module__", "")
    return (
        module.startswith(("pydantic.", "pydantic_extra_types."))
        and module != "pydantic.main"
        and hasattr(origin, "__get_pydantic_core_schema__")
    )


def _is_certain(
    target: Any, parameters: Parameters, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bool:
    """Return whether an argument reaches the parameter whose annotation it is compared with.

    A decorator may supply the first argument itself, or have parameters of its own.
    """
    if not _binds(parameters.signature, args, kwargs):
        return False
    layers = list(_wrappers(target))
    if not all(_passes_on(layer) for layer in layers):
        return False
    return not layers or not _binds(parameters.signature, (None, *args), kwargs)


def _binds(signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def _wrappers(target: Any) -> Iterator[Any]:
    for _ in range(_MOST_WRAPPERS):
        wrapped = getattr(target, "__wrapped__", None)
        if wrapped is None:
            return
        if type_of(target) is not CACHE_TYPE:
            yield getattr(target, "__func__", target)
        target = wrapped


def _passes_on(wrapper: Any) -> bool:
    """Return whether a wrapper is a function that takes `*args` and `**kwargs` only."""
    if type_of(wrapper) is not FunctionType:
        return False
    code = wrapper.__code__
    return not (code.co_argcount or code.co_kwonlyargcount)
