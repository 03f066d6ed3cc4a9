"""A target of every kind, with calls that fit it and calls that do not."""

from __future__ import annotations

import abc
import dataclasses
import functools
import inspect
import sys
import types
from typing import Generic, NamedTuple, Protocol, TypeVar
from unittest import mock

import pydantic

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
    def __init__(self, a):
        self.a = a


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
    "partial as __call__": (
        (CallsPartial(), [call()], [call(1), call(1, 2), call(d=1)])
        if sys.version_info >= (3, 14)  # which binds it to the object, as its second argument
        else (CallsPartial(), [call(), call(1)], [call(1, 2), call(d=1)])
    ),
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
