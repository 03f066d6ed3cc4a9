"""Check whether a call fits its target, with the interpreter's own binding of arguments.

A *stub* is a function with the target's parameters and an empty body. Calling it with the task's
arguments makes the interpreter bind them, exactly as it will when the task runs, and nothing else
happens. A stub is made once per code object and holds names and counts only, so it keeps neither
the target nor its defaults alive.
"""

from __future__ import annotations

import asyncio.coroutines
import copy
import functools
import inspect
import sys
import weakref
from contextvars import Context
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    CodeType,
    FunctionType,
    GenericAlias,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from typed_bg._core import messages
from typed_bg._core.fastapi_defaults import check_fastapi_defaults, fastapi_defaults
from typed_bg._core.locations import NOWHERE, Location
from typed_bg._core.stubs import (
    DICT_STUB,
    needs_one_stub,
    no_arguments_stub,
    stub_of_c_callable,
    stub_of_function,
)
from typed_bg.exceptions import TaskError

if TYPE_CHECKING:
    from collections.abc import Callable

# How a plain function or an object says that calling it returns an awaitable.
if sys.version_info >= (3, 12):

    @inspect.markcoroutinefunction
    def _marked() -> None: ...

    ((_MARK, _MARK_VALUE),) = vars(_marked).items()
else:
    _MARK = "_is_coroutine"
    _MARK_VALUE: object = vars(asyncio.coroutines)[_MARK]

_T = TypeVar("_T")


class _Generic(Generic[_T]):
    """A generic class, for the type of its aliases."""


# `type` itself, but for what type checkers make of a comparison with it.
type_of: Callable[[Any], type[Any]] = cast("Any", type)
_MOST_WRAPPERS = 100  # some objects answer to any attribute with another such object
CACHE_TYPE = type(functools.lru_cache(lambda: None))
_PLACEHOLDER: object = getattr(functools, "Placeholder", None)  # new in Python 3.14
_TYPE_CALL = type.__dict__["__call__"]
_PARTIAL_CALL = functools.partial.__dict__["__call__"]
_dispatcher: Any = functools.singledispatch(repr)
_DISPATCHER_CODE = _dispatcher.__code__
_GENERIC_ALIASES: Any = (GenericAlias, type(_Generic[int]))
_C_CALLABLES = (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    MethodDescriptorType,
    MethodWrapperType,
    WrapperDescriptorType,
)


def _is_generator(code: CodeType) -> bool:
    """Return whether a call makes a generator that nothing runs, and that can't be awaited."""
    flags = code.co_flags
    if flags & inspect.CO_ITERABLE_COROUTINE:
        return False
    return bool(flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR))


def _anything(*_args: object, **_kwargs: object) -> None: ...


# Keyed by the id of the code object; a shape is dropped with it, before the id is used again.
_shapes: dict[int, Shape] = {}


class Shape:
    """The facts about a target's code; holds no reference to a function or a default.

    Attributes:
        stub: Binds arguments as the target does.
        positional: How many parameters can be passed by position.
        most: How many positional arguments can be passed.
        keyword_only: How many parameters can be passed by keyword only.
        default_count: How many positional parameters had a default when the stub was made.
        kwdefault_names: Which keyword-only parameters had one.
        fastapi_defaults: Which parameters had a default that only FastAPI fills.
        always_bind: Whether counting positional arguments is not enough to check a call.
        is_async: Whether the target is to be called on the event loop and its result awaited.
        is_dispatcher: Whether the target is made by `functools.singledispatch`.
        is_generator: Whether calling the target only makes a generator.
        location: Where the target was last added as a task.
    """

    __slots__ = (
        "_forget",
        "_twin",
        "always_bind",
        "default_count",
        "fastapi_defaults",
        "is_async",
        "is_dispatcher",
        "is_generator",
        "keyword_only",
        "kwdefault_names",
        "location",
        "most",
        "positional",
        "stub",
    )

    stub: Any  # checkers would take a function here for a method
    positional: int
    most: int
    keyword_only: int
    default_count: int
    kwdefault_names: frozenset[str]
    fastapi_defaults: frozenset[str]
    always_bind: bool
    is_async: bool
    is_dispatcher: bool
    is_generator: bool
    location: Location
    _twin: Shape | None
    _forget: weakref.ref[CodeType]

    def __init__(self, function: FunctionType, code: CodeType) -> None:
        # Another thread may swap the function's code meanwhile, so it isn't asked for it again.
        self.stub = stub_of_function(function, code=code)
        self.positional = code.co_argcount
        self.most = sys.maxsize if code.co_flags & inspect.CO_VARARGS else code.co_argcount
        self.keyword_only = code.co_kwonlyargcount
        self.default_count = len(function.__defaults__ or ())
        self.kwdefault_names = frozenset(function.__kwdefaults__ or ())
        self.fastapi_defaults = frozenset(fastapi_defaults(function, code))
        self.is_dispatcher = code is _DISPATCHER_CODE
        self.always_bind = bool(self.keyword_only or self.fastapi_defaults or self.is_dispatcher)
        self.is_async = bool(code.co_flags & inspect.CO_COROUTINE)
        self.is_generator = _is_generator(code)
        self.location = NOWHERE
        self._twin = None
        forget = functools.partial(_shapes.pop, id(code))
        self._forget = weakref.ref(code, lambda _: forget(None))

    def with_async(self, is_async: bool) -> Shape:  # noqa: FBT001  # a value, not an option
        """Return this shape, or the one that differs from it in nothing but `is_async`."""
        if is_async == self.is_async:
            return self
        if self._twin is None:
            twin = copy.copy(self)
            twin.is_async = is_async
            self._twin = twin
        return self._twin


# A C callable's name and text signature say all that matters here, and keep nothing alive.
_c_stubs: dict[tuple[type, str, str], FunctionType | None] = {}
# Of a target that nothing can be said about.
_ANY_SHAPE = Shape(cast("Any", _anything), _anything.__code__)


def bind(  # noqa: C901, PLR0912, PLR0915  # for each task: a call less costs less than the check itself
    func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Shape:
    """Check that `func(*args, **kwargs)` binds, without calling `func`.

    Args:
        func: The target, as it was given.
        args: The positional arguments of the task.
        kwargs: The keyword arguments of the task.

    Returns:
        What is known of the target.

    Raises:
        TaskArgumentError: The arguments do not fit the target's signature.
        TaskTargetError: The target cannot be run as a task.
    """
    count = len(args)
    is_async: bool | None = None  # None: as the function itself says
    kind = type_of(func)
    if kind is FunctionType:
        target = func
    elif kind is MethodType and type_of(func.__func__) is FunctionType:
        target = func.__func__
        count += 1
    else:
        target = func
        while (kind := type_of(target)) is not FunctionType:
            if kind is functools.partial:
                args = target.args + args if _PLACEHOLDER is None else _fill(target.args, args)
                if target.keywords:
                    kwargs = {**target.keywords, **kwargs}
                target = target.func
            elif kind is MethodType:
                args = (target.__self__, *args)
                target = target.__func__
            else:
                target, args, layer_is_async = _strip(target, args, kwargs)
                is_async = layer_is_async if is_async is None else is_async
                if target is None:
                    return _ANY_SHAPE.with_async(bool(is_async))
        count = len(args)

    code = target.__code__  # keeps it alive, and so its id from being another code's
    try:
        shape = _shapes[id(code)]
    except KeyError:
        shape = _remember(target, code)
    # Positional arguments alone are counted; comparing two numbers costs half of a stub's call.
    if (
        kwargs
        or shape.always_bind
        or (
            count != shape.positional
            and not shape.positional - len(target.__defaults__ or ()) <= count <= shape.most
        )
    ):
        if count > len(args):  # the method's object was only counted so far
            args = (func.__self__, *args)
        if shape.is_dispatcher:
            implementation = _bind_dispatched(func, target, args, kwargs)
            return implementation if is_async is None else implementation.with_async(is_async)
        if shape.default_count != len(target.__defaults__ or ()) or (
            shape.keyword_only and shape.kwdefault_names != frozenset(target.__kwdefaults__ or ())
        ):
            shape = _remember(target, code)
        fits = True
        try:
            shape.stub(*args, **kwargs)
        except TypeError:
            fits = False
        # Not raised above: Starlette would raise again what the error then had as its context.
        if not fits:
            raise messages.arguments(func, target, args, kwargs, shape.stub)
        if shape.fastapi_defaults:
            check_fastapi_defaults(func, target, args, kwargs)

    # The attributes of most functions are empty, so that nothing needs to be looked up in them.
    if not shape.is_async and (shape.is_generator or target.__dict__):
        if shape.is_generator or _wraps_generator(target):
            raise messages.generator_function(func, target)
        if is_async is None and getattr(target, _MARK, None) is _MARK_VALUE:
            is_async = True
    return shape if is_async is None else shape.with_async(is_async)


def _bind_dispatched(
    func: Any, dispatcher: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Shape:
    """Check a call of a `singledispatch` function against the implementation that it selects."""
    if not args:
        stub = needs_one_stub(dispatcher.__qualname__)
        raise messages.arguments(func, stub, args, kwargs, stub)
    try:
        return bind(dispatcher.dispatch(args[0].__class__), args, kwargs)
    except TaskError as error:
        error.target = func
        raise


def through_partials(
    func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """Return the function that partials call, with the arguments that it is called with."""
    while type_of(func) is functools.partial:
        args = func.args + args if _PLACEHOLDER is None else _fill(func.args, args)
        kwargs = {**func.keywords, **kwargs}
        func = func.func
    return func, args, kwargs


def dispatched(func: Any, args: tuple[Any, ...]) -> Any:
    """Return the implementation that a `singledispatch` function selects, or another function."""
    if args and getattr(func, "__code__", None) is _DISPATCHER_CODE:
        return func.dispatch(args[0].__class__)
    return func


def _remember(function: FunctionType, code: CodeType) -> Shape:
    shape = _shapes[id(code)] = Shape(function, code)
    return shape


def _fill(stored: tuple[Any, ...], given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Join a partial's arguments and a call's, the call's first ones in the placeholders' room."""
    rest = iter(given)
    filled = [next(rest, arg) if arg is _PLACEHOLDER else arg for arg in stored]
    return (*(arg for arg in filled if arg is not _PLACEHOLDER), *rest)


# What a callable hands its call to: the target, or None where nothing can be said about its
# arguments; the arguments; whether the call is async, or None where the target itself decides.
_Layer = tuple[Any, tuple[Any, ...], "bool | None"]


def _strip(target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Layer:
    """Unwrap one layer: a class, a cache, a C function or a callable object."""
    kind = type_of(target)
    if issubclass(kind, type):
        return _strip_class(target, args, kwargs)
    if kind is CACHE_TYPE:
        return target.__wrapped__, args, False
    if kind in _C_CALLABLES:
        return _strip_c_callable(target, args)
    if kind is staticmethod:
        return target.__func__, args, None
    if issubclass(kind, _GENERIC_ALIASES):  # C[int](...) makes a C
        return target.__origin__, args, None
    if not callable(cast("object", target)):
        raise messages.not_callable(target)
    is_async = True if getattr(target, _MARK, None) is _MARK_VALUE else None
    method = _call_method(kind)
    runs_it = type_of(method) is FunctionType and method.__code__.co_flags & inspect.CO_COROUTINE
    if not runs_it and hasattr(target, "__wrapped__") and _wraps_generator(target):
        raise messages.generator_function(target, target)
    if is_async is None and _passes_for_async(target):
        is_async = True
    if method is _PARTIAL_CALL:  # a subclass of partial that leaves the call as it is
        return functools.partial(target.func, *target.args, **target.keywords), args, is_async
    return _through(method, target, args, is_async=is_async)


def _passes_for_async(target: Any) -> bool:
    """Return whether an object, such as a wrapt proxy, poses as the coroutine function in it."""
    if not isinstance(target, (FunctionType, MethodType)):
        return False
    flags = getattr(getattr(target, "__code__", None), "co_flags", None)
    return isinstance(flags, int) and bool(flags & inspect.CO_COROUTINE)


def _strip_c_callable(func: Any, args: tuple[Any, ...]) -> _Layer:
    """Return a C function's stub or, for `Context.run`, the function that it calls."""
    if type_of(getattr(func, "__self__", None)) is not Context or func.__name__ != "run":
        return _c_stub(func), args, False
    return (args[0], args[1:], False) if args else (needs_one_stub("run"), args, False)


def _strip_class(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Layer:
    """Return the function that is called to make an instance of a class.

    Where both `__new__` and `__init__` are written in Python, `__new__` decides, since only it
    knows what it makes; unless it takes anything, as in a singleton: then `__init__` does.
    """
    method = _call_method(type_of(cls))
    if method is not _TYPE_CALL:
        return _through(method, cls, args)
    new: Any = cls.__new__
    init: Any = cls.__init__  # type: ignore[misc]  # of this class, whatever its subclasses do
    if type_of(new) is FunctionType and not (
        type_of(init) is FunctionType
        and _takes_anything(new)
        and _fits(new, (cls, *args), kwargs)  # not with a keyword `cls`, for example
    ):
        return new, (cls, *args), False
    if type_of(init) is FunctionType:
        return init, (cls, *args), False
    if new is object.__new__ and init is object.__init__:
        return no_arguments_stub(cls.__name__), args, False
    return _c_stub(cls), args, False


def _through(
    method: Any, target: Any, args: tuple[Any, ...], *, is_async: bool | None = None
) -> _Layer:
    """Return the `__call__` that a class defines, bound to its object as in a call."""
    if type_of(method) is FunctionType:
        return method, (target, *args), is_async
    if type_of(method) is staticmethod:
        return method.__func__, args, is_async
    if type_of(method) is classmethod:
        return method.__func__, (type_of(target), *args), is_async
    if type_of(method) is functools.partial:  # bound to its object from Python 3.14 on
        return method, args if sys.version_info < (3, 14) else (target, *args), is_async
    if callable(method) and not hasattr(type_of(method), "__get__"):
        return method, args, is_async
    return None, args, is_async


def _call_method(kind: type) -> Any:
    """Return `__call__` as the class that defines it holds it, not bound to anything."""
    for base in kind.__mro__:
        if "__call__" in base.__dict__:
            return base.__dict__["__call__"]
    return None


def _c_stub(func: Any) -> FunctionType | None:
    """Return the stub of a C function or class, or `None` if it has no text signature."""
    text = func.__text_signature__
    if text is None:
        return DICT_STUB if func is dict else None
    key = (type_of(func), func.__qualname__, text)
    if key not in _c_stubs:
        _c_stubs[key] = stub_of_c_callable(func)
    return _c_stubs[key]


def _fits(function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    code = function.__code__
    shape = _shapes.get(id(code)) or _remember(function, code)
    try:
        shape.stub(*args, **kwargs)
    except TypeError:
        return False
    return True


def _takes_anything(function: FunctionType) -> bool:
    flags = function.__code__.co_flags
    return bool(flags & inspect.CO_VARARGS and flags & inspect.CO_VARKEYWORDS)


def _wraps_generator(func: Any) -> bool:
    """Return whether a plain wrapper, such as `@contextmanager`'s, returns a generator.

    A coroutine function anywhere on the way runs what it wraps, so the search ends there.
    """
    for _ in range(_MOST_WRAPPERS):
        if type_of(func) is MethodType:
            func = func.__func__
        elif type_of(func) is functools.partial:
            func = func.func
        elif type_of(func) is not FunctionType:
            func = getattr(func, "__wrapped__", None)
        elif func.__code__.co_flags & inspect.CO_COROUTINE:
            return False
        elif _is_generator(func.__code__):
            return True
        else:
            func = getattr(func, "__wrapped__", None)
        if func is None:
            return False
    return False
