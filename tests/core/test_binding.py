"""Every kind of target: a call is rejected if the interpreter rejects it, with the same message."""

from __future__ import annotations

import contextlib
import contextvars
import enum
import functools
import inspect
import operator
import sys
from typing import Generic, TypedDict, TypeVar
from unittest import mock

import pytest
from support.target_kinds import (
    BAD,
    GOOD,
    CallsMethod,
    Methods,
    OwnPartial,
    async_pair,
    call,
    nothing,
    pair,
    positional_only,
)
from typing_extensions import Self

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError
from typed_bg._core import binding
from typed_bg._core.stubs import stub_of_c_callable


def refused(target, call):
    """Add the task; return what is said against it."""
    args, kwargs = call
    tasks = BackgroundTasks()
    try:
        tasks.add_task(target, *args, **kwargs)
    except TaskArgumentError as error:
        assert tasks.tasks == []
        assert error.target is target  # noqa: PT017  # where none is raised is tested as well
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


T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, content: T) -> None: ...


class Movie(TypedDict):
    name: str


@functools.singledispatch
def show(value: object, width: int) -> None: ...


@show.register
def _(value: int, width: int, base: int) -> None: ...


class Created:
    """`__new__` is written in Python, and takes anything but another `cls`."""

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        return super().__new__(cls)

    def __init__(self, **kwargs: object) -> None: ...


def two(a: int, b: int) -> None: ...


RUN = contextvars.copy_context().run


@pytest.mark.parametrize(
    ("target", "good", "bad"),
    [
        (Box[int], [call(1), call(content=1)], [call(), call(1, 2), call(other=1)]),
        (list[int], [call(), call((1,))], [call(1, 2)]),
        (Movie, [call(), call({}), call(name="")], [call(1, 2)]),
        (show, [call("", 1), call(1, 2, 3), call(1, 2, base=3)], [call(), call(1, 2), call("")]),
        (functools.partial(show, 1), [call(2, 3)], [call(2), call()]),
        (RUN, [call(two, 1, 2), call(two, 1, b=2)], [call(), call(two, 1), call(two, 1, 2, c=3)]),
        (Created, [call(), call(a=1)], [call(cls=1), call(1)]),
    ],
)
def test_targets_that_call_another(target, good, bad):
    """What the interpreter accepts is accepted, and what it rejects is rejected."""
    for accepted in good:
        args, kwargs = accepted
        target(*args, **kwargs)
        assert refused(target, accepted) is None
    for rejected in bad:
        args, kwargs = rejected
        with pytest.raises(TypeError):
            target(*args, **kwargs)
        assert refused(target, rejected)


class Meta(type):
    def __call__(cls, *args: object, **kwargs: object) -> object:
        return super().__call__(*args, **kwargs)


class Made(metaclass=Meta):
    def __init__(self, a: int) -> None: ...


class Dispatches:
    @functools.singledispatchmethod
    def show(self, value: object, width: int) -> None: ...


@pytest.mark.parametrize("target", [Made, Dispatches().show])
def test_what_only_a_call_shows_is_accepted(target):
    """Only its own code knows what it does with the arguments: documented, not rejected."""
    with pytest.raises((TypeError, IndexError)):
        target()
    assert refused(target, call()) is None


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
        (operator.itemgetter(1), call(1, 2, x=3)),
        (functools.partial(range, 1), call(2, 3, 4)),
    ],
)
def test_c_callable_is_let_through_where_nothing_is_known(target, call):
    with pytest.raises(TypeError):
        target(*call[0], **call[1])
    assert refused(target, call) is None


def test_c_callable_whose_signature_cannot_be_read_has_no_stub():
    assert stub_of_c_callable(range) is None


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


def test_a_cache_is_sync_as_it_is_to_starlette():
    """The coroutine that it returns is awaited where the thread has returned it."""
    assert not BackgroundTask(functools.cache(async_pair), 1).is_async


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
