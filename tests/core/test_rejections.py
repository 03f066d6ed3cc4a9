"""The error of a rejected task: the fact, the place, and what to write instead."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import inspect
import types
import warnings

import pytest

from typed_bg import (
    BackgroundTask,
    BackgroundTasks,
    TaskArgumentError,
    TaskError,
    TaskTargetError,
)


def refusal(target, *args, **kwargs):
    """Add a task that is rejected, in both ways; return the error."""
    tasks = BackgroundTasks()
    with pytest.raises(TaskError) as caught:
        tasks.add_task(target, *args, **kwargs)
    assert tasks.tasks == []
    with pytest.raises(TaskError) as caught_again:
        BackgroundTask(target, *args, **kwargs)
    assert caught_again.value.fact == caught.value.fact
    return caught.value


def send(to, subject, /, body="", *, retries=3, delay=0): ...


async def send_async(to): ...


# Generators, in every disguise.


def generator(a=1):
    yield a


async def async_generator(a=1):
    yield a


class Generators:
    def method(self):
        yield

    async def async_method(self):
        yield

    @classmethod
    def of_class(cls):
        yield

    @staticmethod
    def of_none():
        yield

    @contextlib.contextmanager
    def manager(self):
        yield


class CallableGenerator:
    def __call__(self):
        yield


class WrapsWithCall:
    """A decorator written as a class."""

    def __init__(self, func):
        functools.update_wrapper(self, func)

    def __call__(self): ...


class WrapsWithAsyncCall(WrapsWithCall):
    async def __call__(self):
        for _ in self.__wrapped__():
            pass


@functools.wraps(generator)
def plain_wrapper(*args):
    return generator(*args)


@functools.wraps(plain_wrapper)
def twice_wrapped(*args):
    return plain_wrapper(*args)


@functools.wraps(async_generator)
async def async_wrapper(*args):
    async for _ in async_generator(*args):
        pass


@functools.wraps(async_wrapper)
def wrapper_of_async_wrapper(*args):
    return async_wrapper(*args)


@types.coroutine
def old_coroutine():
    yield


@functools.wraps(old_coroutine)
def wrapper_of_old_coroutine():
    return old_coroutine()


GENERATORS = {
    "function": generator,
    "async": async_generator,
    "lambda": lambda: (yield),
    "partial": functools.partial(generator, 1),
    "nested partial": functools.partial(functools.partial(async_generator), 1),
    "method": Generators().method,
    "async method": Generators().async_method,
    "partial of a method": functools.partial(Generators().method),
    "classmethod": Generators.of_class,
    "staticmethod": Generators.of_none,
    "callable object": CallableGenerator(),
    "partial of a callable object": functools.partial(CallableGenerator()),
    "cache": functools.cache(generator),
    "contextmanager": contextlib.contextmanager(generator),
    "asynccontextmanager": contextlib.asynccontextmanager(async_generator),
    "partial of a contextmanager": functools.partial(contextlib.contextmanager(generator), 1),
    "contextmanager method": Generators().manager,
    "contextmanager of a method": contextlib.contextmanager(Generators().method),
    "contextmanager of a partial": contextlib.contextmanager(functools.partial(generator, 1)),
    "plain wrapper": plain_wrapper,
    "wrapper of a wrapper": twice_wrapped,
    "wrapper of a cache": functools.wraps(functools.cache(generator))(lambda: generator()),  # noqa: PLW0108
    "wrapper object": WrapsWithCall(generator),
    "wrapper object of a wrapper": WrapsWithCall(plain_wrapper),
}


@pytest.mark.parametrize("target", GENERATORS.values(), ids=list(GENERATORS))
def test_generator_function_is_refused(target):
    error = refusal(target)
    assert isinstance(error, TaskTargetError)
    assert error.target is target
    assert "makes a generator: " in error.fact
    assert any("iterates over the generator" in line for line in error.details)


@pytest.mark.parametrize(
    "target",
    [
        async_wrapper,
        wrapper_of_async_wrapper,
        old_coroutine,
        wrapper_of_old_coroutine,
        functools.partial(async_wrapper),
        functools.cache(async_wrapper),
        WrapsWithAsyncCall(generator),
        WrapsWithAsyncCall(async_generator),
        WrapsWithCall(async_wrapper),
    ],
)
def test_what_runs_a_generator_is_let_through(target):
    BackgroundTasks().add_task(target)
    BackgroundTask(target)


def test_arguments_of_a_generator_function_are_checked_first():
    assert isinstance(refusal(generator, 1, 2), TaskArgumentError)


class Endless:
    """Answers to every attribute with a new object like itself, as some proxies do."""

    made = 0

    def __call__(self): ...

    def __getattr__(self, name):
        Endless.made += 1
        if Endless.made > 100_000:
            msg = "looked through wrappers for ever"
            raise AssertionError(msg)
        child = Endless()
        child.parent = self
        return child


def test_endless_wrappers_end():
    Endless.made = 0
    BackgroundTasks().add_task(Endless())


def test_wrappers_in_a_circle_end():
    def first(): ...
    def second(): ...

    first.__wrapped__, second.__wrapped__ = second, first
    BackgroundTasks().add_task(first)


def test_wrapped_can_be_anything():
    def function(): ...

    function.__wrapped__ = 3
    BackgroundTasks().add_task(function)


# What was called instead of passed.


def test_coroutine_is_refused_and_closed():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        coroutine = send_async("a")
        with pytest.raises(TaskTargetError) as caught:
            BackgroundTasks().add_task(coroutine)
        assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED
        assert caught.value.fact.startswith("send_async() was called, ")
        assert caught.value.details[-1].endswith(": add_task(send_async, ...)")
        with pytest.raises(TaskTargetError):
            BackgroundTask(send_async("a"))
        del coroutine, caught
        gc.collect()  # "never awaited" would be raised here


def test_started_coroutine_is_not_closed():
    @types.coroutine
    def wait():
        yield

    async def started():
        await wait()

    coroutine = started()
    coroutine.send(None)
    assert "was called" in refusal(coroutine).fact
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_SUSPENDED
    coroutine.close()


def test_generator_objects_are_refused():
    assert refusal(generator()).fact.startswith("generator() was called")
    assert refusal(async_generator()).fact.startswith("async_generator() was called")
    assert refusal(Generators().method()).fact.startswith("Generators.method() was called")
    assert refusal(old_coroutine()).fact.startswith("old_coroutine() was called")


def test_futures_and_tasks_are_refused():
    async def add():
        task = asyncio.ensure_future(send_async("a"))
        future = asyncio.get_running_loop().create_future()
        for awaitable in (task, future):
            error = refusal(awaitable)
            assert f"an awaitable ({type(awaitable).__qualname__}), " in error.fact
            assert "without calling it" in error.details[-1]
            assert not awaitable.done()
        await task

    asyncio.run(add())


class Awaitable:
    def __await__(self):
        yield


class BrokenRepr:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("target", "fact"),
    [
        (None, "the task is None, which is not callable"),
        (3, "the task is 3 (int), which is not callable"),
        ("send", "the task is 'send' (str), which is not callable"),
        ("x" * 100, f"the task is '{'x' * 59} (str), which is not callable"),
        (classmethod(send), None),
        (BrokenRepr(), "the task is ... (BrokenRepr), which is not callable"),
        (Awaitable(), "an awaitable (Awaitable), not"),
    ],
)
def test_non_callables_are_refused(target, fact):
    error = refusal(target)
    assert isinstance(error, TaskTargetError)
    assert error.target is target
    assert fact is None or fact in error.fact
    assert "without calling it" in error.details[-1]


@pytest.mark.parametrize("name", ["add_task", "BackgroundTask"])
@pytest.mark.parametrize("kwargs", [{}, {"func": send}, {"func": send, "to": 1}])
def test_target_by_keyword_is_told_to_come_first(name, kwargs):
    tasks = BackgroundTasks()
    call = tasks.add_task if name == "add_task" else BackgroundTask
    with pytest.raises(TaskTargetError) as caught:
        call(**kwargs)
    assert tasks.tasks == []
    assert caught.value.fact == f"{name}() got no task"
    assert caught.value.details[-1].endswith(f": {name}(send, to), not {name}(func=send)")
