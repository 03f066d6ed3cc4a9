"""Every kind of target: a call is refused when the interpreter refuses it, with the same words."""

from __future__ import annotations

import abc
import contextlib
import dataclasses
import enum
import functools
import inspect
import operator
import sys
import types
from typing import Generic, NamedTuple, Protocol, TypeVar
from unittest import mock

import pydantic
import pytest

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError, binding

T = TypeVar("T")


def pair(a, b=2, *, c=3):
    return a, b, c


async def async_pair(a, b=2, *, c=3):
    return a, b, c


def positional_only(a, /, b): ...


def keyword_only(*, key, other=1): ...


def variadic(a, *args, **kwargs): ...


def nothing(): ...


def same_names(func, self, args, kwargs): ...


class Methods:
    def method(self, a, *, key=1): ...

    @classmethod
    def of_class(cls, a, *, key=1): ...

    @staticmethod
    def of_none(a, *, key=1): ...

    async def async_method(self, a): ...

    later = functools.partialmethod(method, 1)

    @functools.lru_cache  # noqa: B019  # the instance lives as long as the module
    def cached_method(self, a): ...


class WithInit:
    def __init__(self, a, *, key=1): ...


class InheritsInit(WithInit): ...


class WithNew:
    def __new__(cls, a, *, key=1):
        return super().__new__(cls)


class Singleton:
    _instance = None

    def __new__(cls, *args, **kwargs):
        cls._instance = cls._instance or super().__new__(cls)
        return cls._instance

    def __init__(self, a): ...


class Empty: ...


class Meta(type):
    def __call__(cls, a, *, key=1): ...


class WithMeta(metaclass=Meta):
    def __init__(self, quite, different, parameters): ...


class WithAbc(abc.ABC):  # noqa: B024  # the metaclass is what matters
    def __init__(self, a): ...


@dataclasses.dataclass
class Data:
    a: int
    b: int = 2
    c: int = dataclasses.field(default=3, kw_only=True)


class Named(NamedTuple):
    a: int
    b: int = 2


class Model(pydantic.BaseModel):
    a: int = 1


class Speaks(Protocol):
    def speak(self): ...


class Speaker(Speaks):
    def __init__(self, a): ...


class Box(Generic[T]):
    def __init__(self, a: T) -> None: ...


class PlainError(Exception): ...


class InitError(Exception):
    def __init__(self, a, *, key=1): ...


class CallsMethod:
    def __call__(self, a, *, key=1): ...


class CallsInherited(CallsMethod): ...


class CallsStatic:
    @staticmethod
    def __call__(a, *, key=1): ...


class CallsClass:
    @classmethod
    def __call__(cls, a, *, key=1): ...


class CallsPartial:
    __call__ = functools.partial(pair, 1, c=5)


class CallsObject:
    __call__ = CallsMethod()


class OwnPartial(functools.partial): ...


def lying(a): ...


lying.__signature__ = inspect.Signature()


@functools.wraps(nothing)
def wrapper(a, b): ...


@functools.wraps(pair)
def takes_all(*args, **kwargs):
    return pair(*args, **kwargs)


class Raises:
    def __repr__(self):
        raise RuntimeError


def broken_default(a, b=Raises(), *, c=Raises()): ...  # noqa: B008


def unknown_annotation(a: NoSuchName, b: 1 / 0 = 2) -> Undefined[()]: ...  # noqa: F821


def call(*args, **kwargs):
    return args, kwargs


A_AND_KEY = [call(1), call(1, key=2), call(a=1)], [call(), call(1, 2), call(1, k=2), call(1, a=1)]
PAIR = [call(1), call(1, 2), call(a=1, c=3)], [call(), call(1, 2, 3), call(1, d=4), call(1, a=1)]

# Target, calls that fit, calls that don't.
TARGETS = {
    "function": (pair, *PAIR),
    "positional-only": (
        positional_only,
        [call(1, 2), call(1, b=2)],
        [call(a=1, b=2), call(1), call(1, 2, 3)],
    ),
    "keyword-only": (
        keyword_only,
        [call(key=1), call(key=1, other=2)],
        [call(), call(1), call(other=2), call(key=1, more=2)],
    ),
    "variadic": (variadic, [call(1), call(1, 2, x=3, args=4)], [call(), call(x=1), call(1, a=1)]),
    "no parameters": (nothing, [call()], [call(1), call(a=1)]),
    "its own names": (
        same_names,
        [call(1, 2, 3, 4), call(func=1, self=2, args=3, kwargs=4)],
        [call(func=1, self=2, args=3), call(1, 2, 3, 4, func=1)],
    ),
    "lambda": (lambda a, *, key=1: None, *A_AND_KEY),
    "bound method": (Methods().method, *A_AND_KEY),
    "unbound method": (Methods.method, [call(None, 1)], [call(1), call(None, 1, 2)]),
    "classmethod": (Methods.of_class, *A_AND_KEY),
    "classmethod of an instance": (Methods().of_class, *A_AND_KEY),
    "staticmethod": (Methods.of_none, *A_AND_KEY),
    "staticmethod object": (vars(Methods)["of_none"], *A_AND_KEY),
    "partialmethod": (Methods().later, [call(), call(key=2)], [call(1), call(a=1), call(k=2)]),
    "cached method": (Methods().cached_method, [call(1)], [call(), call(1, 2)]),
    "method of a partial": (
        types.MethodType(functools.partial(pair, 1), 2),
        [call(), call(c=4)],
        [call(3), call(a=1)],
    ),
    "__init__": (WithInit, *A_AND_KEY),
    "inherited __init__": (InheritsInit, *A_AND_KEY),
    "__new__": (WithNew, *A_AND_KEY),
    "singleton": (Singleton, [call(1), call(a=1)], [call(), call(1, 2), call(b=1)]),
    "neither __init__ nor __new__": (Empty, [call()], [call(1), call(a=1)]),
    "metaclass": (WithMeta, *A_AND_KEY),
    "ABC": (WithAbc, [call(1)], [call(), call(1, 2)]),
    "dataclass": (Data, *PAIR),
    "NamedTuple": (Named, [call(1), call(1, b=2)], [call(), call(1, 2, 3), call(1, c=1)]),
    "pydantic model": (Model, [call(), call(a=2)], [call(1)]),
    "class of a protocol": (Speaker, [call(1)], [call(), call(1, 2)]),
    "generic alias": (Box[int], [call(1)], []),
    "exception": (PlainError, [call(), call(1, 2)], []),
    "exception with __init__": (InitError, *A_AND_KEY),
    "callable object": (CallsMethod(), *A_AND_KEY),
    "inherited __call__": (CallsInherited(), *A_AND_KEY),
    "static __call__": (CallsStatic(), *A_AND_KEY),
    "class's __call__": (CallsClass(), *A_AND_KEY),
    "partial as __call__": (CallsPartial(), [call(), call(1)], [call(1, 2), call(d=1)]),
    "object as __call__": (CallsObject(), *A_AND_KEY),
    "bound __call__": (CallsMethod().__call__, *A_AND_KEY),
    "partial": (functools.partial(pair, 1), [call(), call(2, c=1)], [call(1, 2), call(a=1)]),
    "partial with a keyword": (
        functools.partial(pair, b=1),
        [call(1), call(1, b=2)],
        [call(), call(1, 2), call(1, d=1)],
    ),
    "partial of too much": (functools.partial(pair, 1, 2, 3), [], [call(), call(c=1)]),
    "nested partial": (
        functools.partial(functools.partial(functools.partial(pair, 1), c=1), 2),
        [call(), call(c=4)],
        [call(3), call(b=1)],
    ),
    "subclass of partial": (OwnPartial(pair, 1), [call(), call(2)], [call(1, 2), call(d=1)]),
    "partial of subclass of partial": (
        functools.partial(OwnPartial(OwnPartial(Methods().method), 1), key=2),
        [call(), call(key=3)],
        [call(2), call(a=1)],
    ),
    "partial of a class": (functools.partial(WithInit, key=2), *A_AND_KEY),
    "lru_cache": (functools.lru_cache(lambda a, *, key=1: None), *A_AND_KEY),
    "cache of a partial": (
        functools.cache(functools.partial(pair, 1)),
        [call(), call(2)],
        [call(1, 2)],
    ),
    "a signature that lies": (lying, [call(1), call(a=1)], [call(), call(1, 2)]),
    "a wrapper": (wrapper, [call(1, 2)], [call(), call(1)]),
    "a wrapper that takes everything": (takes_all, [call(1)], []),
    "a broken default": (broken_default, [call(1)], [call(), call(1, d=1)]),
    "unknown annotations": (unknown_annotation, [call(1)], [call(), call(1, 2, 3)]),
    "singledispatch": (functools.singledispatch(pair), [call(1)], []),
    "Mock": (mock.Mock(), [call(), call(1, x=2)], []),
    "MagicMock": (mock.MagicMock(), [call(), call(1, x=2)], []),
    "Mock with a spec": (mock.Mock(spec=pair), [call(1)], []),
    "autospec": (mock.create_autospec(pair), [call(1)], []),
}
GOOD = {f"{name} {i}": (t, c) for name, (t, good, _) in TARGETS.items() for i, c in enumerate(good)}
BAD = {f"{name} {i}": (t, c) for name, (t, _, bad) in TARGETS.items() for i, c in enumerate(bad)}


def refused(target, call):
    """Add the task; return what is said against it."""
    args, kwargs = call
    tasks = BackgroundTasks()
    try:
        tasks.add_task(target, *args, **kwargs)
    except TaskArgumentError as error:
        assert tasks.tasks == []
        assert error.target is target
        return error.fact
    (task,) = tasks.tasks
    assert (task.func, task.args, task.kwargs) == (target, args, kwargs)
    return None


def interpreters_words(target, call):
    """Call the target; return what the interpreter says against it."""
    args, kwargs = call
    with pytest.raises(TypeError) as caught:
        target(*args, **kwargs)
    return str(caught.value)


# Python 3.14 binds a partial in a class to its instances, and 3.13 says so.
partial_in_a_class = pytest.mark.filterwarnings("ignore:functools.partial will be:FutureWarning")


@partial_in_a_class
@pytest.mark.parametrize(("target", "call"), GOOD.values(), ids=list(GOOD))
def test_call_that_fits_is_added(target, call):
    args, kwargs = call
    target(*args, **kwargs)
    assert refused(target, call) is None
    task = BackgroundTask(target, *args, **kwargs)
    assert (task.func, task.args, task.kwargs) == (target, args, kwargs)


@partial_in_a_class
@pytest.mark.parametrize(("target", "call"), BAD.values(), ids=list(BAD))
def test_call_that_does_not_fit_is_refused_in_the_interpreters_words(target, call):
    args, kwargs = call
    words = interpreters_words(target, call)
    assert refused(target, call) == words
    with pytest.raises(TaskArgumentError) as caught:
        BackgroundTask(target, *args, **kwargs)
    assert caught.value.fact == words


class Color(enum.Enum):
    RED = 1


def test_enum():
    assert refused(Color, call(1)) is None
    assert refused(Color, call()) == interpreters_words(Color, call())


# C functions have words of their own, and only some tell their parameters.
@pytest.mark.parametrize(
    ("target", "good", "bad"),
    [
        (len, call([]), call()),
        (len, call([]), call([], [])),
        (sorted, call([], reverse=True), call([], backwards=True)),
        ([].append, call(1), call()),
        ([].append, call(1), call(1, 2)),
        (list.append, call([], 1), call([])),
        ({}.update.__self__.setdefault, call(1, 2), call(1, 2, 3)),
        (functools.partial([].append, 1), call(), call(2)),
        ((1).__add__, call(1), call(1, 2)),
        (int.__add__, call(1, 1), call(1)),
        (vars(dict)["fromkeys"].__get__(None, dict), call([]), call()),
    ],
)
def test_c_function_with_a_text_signature(target, good, bad):
    assert refused(target, good) is None
    with pytest.raises(TypeError):
        target(*bad[0], **bad[1])
    assert refused(target, bad)


@pytest.mark.parametrize(
    ("target", "call"),
    [
        (range, call(1, 2, 3, 4, 5)),
        (getattr, call()),
        (dict, call(1, 2)),
        (operator.itemgetter(1), call(1, 2, x=3)),
        (functools.partial(range, 1), call(2, 3, 4)),
    ],
)
def test_c_callable_is_let_through_where_nothing_is_known(target, call):
    with pytest.raises(TypeError):
        target(*call[0], **call[1])
    assert refused(target, call) is None


class TakesAnyCall:
    @property
    def __call__(self):
        return pair


def test_descriptor_as_call_is_let_through():
    assert refused(TakesAnyCall(), call(1, 2, 3, 4)) is None


class Ran(BaseException):
    """The target was called."""


def test_target_is_never_called():
    def boom(*args, **kwargs):
        raise Ran

    class Boom:
        __init__ = __call__ = boom

    for target in (
        boom,
        Boom,
        functools.partial(boom, 1),
        functools.cache(boom),
        mock.Mock(side_effect=Ran),
        type("OfMeta", (), {"__new__": boom}),
    ):
        with pytest.raises(Ran):
            target(1)
        assert refused(target, call(1)) is None


def test_annotations_are_never_evaluated():
    namespace = {}
    source = "def f(a: ran(), b: 'ran()' = 1) -> 'ran()': ..."
    exec("from __future__ import annotations\n" + source, namespace)  # noqa: S102
    namespace["ran"] = mock.Mock(side_effect=Ran)
    assert refused(namespace["f"], call(1)) is None
    assert refused(namespace["f"], call(c=1))
    namespace["ran"].assert_not_called()


def test_autospec_checks_by_itself():
    spec = mock.create_autospec(pair)
    assert refused(spec, call()) is None  # its own parameters are (*args, **kwargs)
    with pytest.raises(TypeError):
        spec()


def test_a_class_is_called_as_the_sync_callable_that_it_is():
    class AsyncCallable:
        async def __call__(self, a): ...

    assert not BackgroundTask(AsyncCallable).is_async
    assert BackgroundTask(AsyncCallable(), 1).is_async


@pytest.mark.parametrize(
    "target",
    [
        async_pair,
        functools.partial(async_pair, b=1),
        functools.partial(functools.partial(async_pair), b=1),
        OwnPartial(async_pair),
        Methods().async_method,
        functools.partial(Methods().async_method),
    ],
)
def test_async_targets(target):
    assert BackgroundTask(target, 1).is_async
    tasks = BackgroundTasks()
    tasks.add_task(target, 1)
    assert tasks.tasks[0].is_async


def test_marked_as_coroutine_function():
    if sys.version_info >= (3, 12):
        mark = inspect.markcoroutinefunction
    else:
        import asyncio.coroutines  # noqa: PLC0415

        def mark(func):
            func._is_coroutine = asyncio.coroutines._is_coroutine
            return func

    @mark
    def returns_coroutine(a):
        return async_pair(a)

    marked_object = CallsMethod()
    mark(marked_object)
    assert BackgroundTask(returns_coroutine, 1).is_async
    assert BackgroundTask(functools.partial(returns_coroutine, 1)).is_async
    assert BackgroundTask(marked_object, 1).is_async
    assert not BackgroundTask(CallsMethod(), 1).is_async
    assert refused(returns_coroutine, call())


def test_placeholders_are_filled_from_the_left(monkeypatch):
    blank = object()
    monkeypatch.setattr(binding, "_PLACEHOLDER", blank)
    assert binding._fill((blank, 2), (1,)) == (1, 2)
    assert binding._fill((blank, 2, blank), (1, 3, 4)) == (1, 2, 3, 4)
    assert binding._fill((1, 2), (3,)) == (1, 2, 3)
    target = functools.partial(positional_only, blank, 2)
    assert refused(target, call(1)) is None
    assert refused(target, call(1, 2))


def test_wrapped_is_not_followed_for_binding():
    @functools.wraps(nothing)
    def strict(a, *, key): ...

    assert refused(strict, call(1, key=2)) is None
    assert refused(strict, call())
    assert refused(contextlib.ExitStack().callback, call(pair, 1, 2, 3)) is None
