"""Functions with a given signature and an empty body: calling one binds arguments, nothing more."""

from __future__ import annotations

import functools
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import CodeType

_VARIADIC = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


# Only stubs have these globals, which distinguishes them from other functions.
_GLOBALS: dict[str, Any] = {}


def _empty() -> None: ...


def make_stub(  # noqa: PLR0913  # a code object has as many
    names: tuple[str, ...],
    *,
    positional: int,
    positional_only: int,
    keyword_only: int,
    variadic: int,
    default_count: int,
    kwdefault_names: Collection[str],
    qualname: str = "stub",
) -> FunctionType:
    """Make a function that does nothing but bind its arguments.

    Args:
        names: The parameters' names as a code object orders them: positional, keyword-only, then
            `*args` and `**kwargs`; further names are ignored.
        positional: How many of them can be passed by position.
        positional_only: How many of those can not be passed by keyword.
        keyword_only: How many can be passed by keyword only.
        variadic: The `CO_VARARGS` and `CO_VARKEYWORDS` bits; others are ignored.
        default_count: How many positional parameters, counted from the last, have a default.
        kwdefault_names: Which keyword-only parameters have a default.
        qualname: The name that the interpreter's errors begin with.
    """
    variadic &= _VARIADIC
    count = positional + keyword_only + variadic.bit_count()
    empty = _empty.__code__
    code = empty.replace(
        co_argcount=positional,
        co_posonlyargcount=positional_only,
        co_kwonlyargcount=keyword_only,
        co_nlocals=count,
        co_varnames=names[:count],
        co_flags=empty.co_flags | variadic,
    )
    stub = FunctionType(code, _GLOBALS, qualname, (None,) * default_count or None)
    stub.__kwdefaults__ = dict.fromkeys(kwdefault_names) if kwdefault_names else None
    stub.__qualname__ = qualname
    return stub


def stub_of_function(function: FunctionType, *, code: CodeType | None = None) -> FunctionType:
    """Make a stub with the parameters of a Python function, whatever it wraps or claims to be.

    Args:
        function: The function.
        code: The function's code, if the stub must be of this one and no other.
    """
    code = code or function.__code__
    return make_stub(
        code.co_varnames,
        positional=code.co_argcount,
        positional_only=code.co_posonlyargcount,
        keyword_only=code.co_kwonlyargcount,
        variadic=code.co_flags,
        default_count=len(function.__defaults__ or ()),
        kwdefault_names=function.__kwdefaults__ or (),
    )


def named_stub(stub: FunctionType, qualname: str) -> FunctionType:
    """Make a stub with the same parameters, whose errors begin with another name."""
    named = FunctionType(stub.__code__, _GLOBALS, qualname, stub.__defaults__)
    named.__kwdefaults__ = stub.__kwdefaults__
    named.__qualname__ = qualname
    return named


def stub_of_c_callable(func: Any) -> FunctionType | None:
    """Make a stub from a C callable's text signature, or return `None` if it has none."""
    try:
        parameters = list(inspect.signature(func).parameters.values())
    except (ValueError, TypeError):
        return None
    kinds = [parameter.kind for parameter in parameters]
    keyword_only = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    variadic = [p for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    stub = make_stub(
        tuple(p.name for p in (*positional, *keyword_only, *variadic)),
        positional=len(positional),
        positional_only=kinds.count(inspect.Parameter.POSITIONAL_ONLY),
        keyword_only=len(keyword_only),
        variadic=(
            inspect.CO_VARARGS * (inspect.Parameter.VAR_POSITIONAL in kinds)
            | inspect.CO_VARKEYWORDS * (inspect.Parameter.VAR_KEYWORD in kinds)
        ),
        default_count=sum(p.default is not p.empty for p in positional),
        kwdefault_names=[p.name for p in keyword_only if p.default is not p.empty],
        qualname=func.__name__,
    )
    return _documented(stub, f"{func.__qualname__}{inspect.signature(func)}")


@functools.lru_cache(maxsize=1024)
def no_arguments_stub(name: str) -> FunctionType:
    """Make the stub of a class that defines neither `__new__` nor `__init__`."""
    stub = make_stub(
        (),
        positional=0,
        positional_only=0,
        keyword_only=0,
        variadic=0,
        default_count=0,
        kwdefault_names=(),
        qualname=name,
    )
    return _documented(stub, f"{name}()")


@functools.lru_cache(maxsize=1024)
def needs_one_stub(name: str) -> FunctionType:
    """Make the stub of a function that takes anything, but at least one positional argument."""
    stub = make_stub(
        ("argument", "args", "kwargs"),
        positional=1,
        positional_only=1,
        keyword_only=0,
        variadic=_VARIADIC,
        default_count=0,
        kwdefault_names=(),
        qualname=name,
    )
    return _documented(stub, f"{name}(argument, /, *args, **kwargs)")


def _documented(stub: FunctionType, doc: str) -> FunctionType:
    stub.__doc__ = doc  # type: ignore[assignment,unused-ignore]
    return stub


def is_stub(function: FunctionType) -> bool:
    """Return whether `function` is a stub made here; its `__doc__` describes the original."""
    return function.__globals__ is _GLOBALS


def takes_no_arguments(function: FunctionType) -> bool:
    """Return whether `function` was made here for a call without parameters."""
    return is_stub(function) and function.__doc__ == f"{function.__qualname__}()"


# `dict` has no text signature, and a TypedDict class calls it.
DICT_STUB = _documented(
    make_stub(
        ("iterable", "kwargs"),
        positional=1,
        positional_only=1,
        keyword_only=0,
        variadic=inspect.CO_VARKEYWORDS,
        default_count=1,
        kwdefault_names=(),
        qualname="dict",
    ),
    "dict(iterable=(), /, **kwargs)",
)
