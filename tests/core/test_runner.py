"""Running: order, what a failure does, how many at once, and what a cancellation leaves."""

from __future__ import annotations

import functools
import sys
import threading

import anyio
import anyio.lowlevel
import pytest
import starlette.background
from support.task_runs import Log, notes_of, place_of

from typed_bg import BackgroundTask, BackgroundTasks

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup

pytestmark = pytest.mark.anyio


async def test_order(options):
    log, tasks = Log(), BackgroundTasks(**options)
    for number in range(6):
        tasks.add_task(log.sync if number % 2 and len(options) == 0 else log.asynchronous, number)
    await tasks()
    assert log == list(range(6))


async def test_nothing_to_run(options):
    await BackgroundTasks(**options)()


async def test_sync_tasks_run_in_a_thread_and_async_ones_on_the_loop(options):
    threads = {}

    def sync():
        threads["sync"] = threading.get_ident()

    async def asynchronous():
        threads["async"] = threading.get_ident()

    tasks = BackgroundTasks(**options)
    tasks.add_task(sync)
    tasks.add_task(asynchronous)
    await tasks()
    assert threads["async"] == threading.get_ident() != threads["sync"]


# Awaitables that a target returns.


async def test_returned_awaitables_are_awaited(options):
    log = Log()

    class AsyncCallable:
        def __init__(self, value="never called"):
            log.append("made")

        async def __call__(self, value):
            log.append(value)

    @functools.cache
    def cached(value):
        return log.asynchronous(value)

    def returns_coroutine(value):
        return log.asynchronous(value)

    tasks = BackgroundTasks(**options)
    for value, func in enumerate(
        [
            lambda value: log.asynchronous(value),  # noqa: PLW0108  # a def around an async def
            cached,
            functools.cache(log.asynchronous),
            returns_coroutine,
            functools.partial(returns_coroutine),
            AsyncCallable,
        ]
    ):
        tasks.add_task(func, value)
    tasks.add_task(AsyncCallable(), "called")
    await tasks()
    assert sorted(map(str, log)) == sorted(["0", "1", "2", "3", "4", "made", "made", "called"])
    log.clear()
    await BackgroundTask(returns_coroutine, "alone")()
    assert log == ["alone"]


# Failures.


@pytest.mark.parametrize("fail", ["fail", "fail_async"])
async def test_first_exception_stops_and_is_raised(fail):
    log, tasks = Log(), BackgroundTasks()
    error = ValueError("no")
    tasks.add_task(log.asynchronous, 1)
    tasks.add_task(getattr(log, fail), error)
    tasks.add_task(log.sync, 3)
    tasks.add_task(log.asynchronous, 4)
    with pytest.raises(ValueError, match="no") as caught:
        await tasks()
    assert caught.value is error
    assert log == [1, error]
    _, failed, *never = tasks.tasks
    names = (
        f"Log.sync(), added at {place_of(never[0])}; "
        f"Log.asynchronous(), added at {place_of(never[1])}"
    )
    cause, kept = notes_of(error)
    assert cause == f"in background task Log.{fail}(), added at {place_of(failed)}"
    assert kept.startswith("background tasks never started ")
    assert kept.endswith(f": {names}")


async def test_last_task_fails_without_a_word_of_others(options):
    log, tasks = Log(), BackgroundTasks(**options)
    tasks.add_task(log.asynchronous, 1)
    tasks.add_task(log.fail, ValueError())
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # told apart by its notes
        await tasks()
    (note,) = notes_of(caught.value)
    assert note.startswith("in background task Log.fail(), added at ")


async def test_single_task_fails():
    task = BackgroundTask(Log().fail, ValueError("no"))
    with pytest.raises(ValueError, match="no") as caught:
        await task()
    assert notes_of(caught.value) == [f"in background task Log.fail(), added at {place_of(task)}"]


async def test_continue_runs_every_task_and_raises_the_one_error():
    log, tasks = Log(), BackgroundTasks(on_error="continue")
    error = ValueError("no")
    tasks.add_task(log.fail, error)
    tasks.add_task(log.sync, 2)
    with pytest.raises(ValueError, match="no") as caught:
        await tasks()
    assert caught.value is error
    assert log == [error, 2]
    assert len(notes_of(error)) == 1


@pytest.mark.parametrize("max_concurrency", [1, 3])
async def test_continue_raises_a_group_of_several_errors(max_concurrency):
    log = Log()
    tasks = BackgroundTasks(on_error="continue", max_concurrency=max_concurrency)
    errors = [ValueError("one"), KeyError("two")]
    tasks.add_task(log.fail_async, errors[0])
    tasks.add_task(log.asynchronous, 2)
    tasks.add_task(log.fail_async, errors[1])
    with pytest.raises(ExceptionGroup) as caught:
        await tasks()
    assert caught.value.exceptions == tuple(errors)
    assert str(caught.value).startswith("2 background tasks failed")
    assert log == [errors[0], 2, errors[1]]
    for error, task in zip(errors, (tasks.tasks[0], tasks.tasks[2]), strict=True):
        assert notes_of(error) == [
            f"in background task Log.fail_async(), added at {place_of(task)}"
        ]


async def test_concurrent_stop_lets_the_others_finish_and_starts_no_more():
    log, tasks = Log(), BackgroundTasks(max_concurrency=2)
    failed = anyio.Event()

    async def slow():
        await failed.wait()
        await anyio.sleep(0.01)
        log.append("slow")

    async def fail():
        failed.set()
        raise ValueError

    for func in (slow, fail, functools.partial(log.sync, "never")):
        tasks.add_task(func)
    with pytest.raises(ValueError) as caught, anyio.fail_after(10):  # noqa: PT011
        await tasks()
    assert log == ["slow"]
    never = tasks.tasks[2]
    _, kept = notes_of(caught.value)
    assert kept.startswith("background tasks never started ")
    assert kept.endswith(f": Log.sync(), added at {place_of(never)}")


class NoAttributes(Exception):  # noqa: N818
    def __setattr__(self, name, value):
        raise TypeError

    def __getattr__(self, name):
        raise KeyError(name)


class NotesOfAnotherKind(Exception):  # noqa: N818
    __notes__ = None


@pytest.mark.parametrize("kind", [NoAttributes, NotesOfAnotherKind])
async def test_exception_that_takes_no_notes_is_raised_all_the_same(kind, options):
    log, tasks = Log(), BackgroundTasks(**options)
    error = kind("no")
    tasks.add_task(log.fail_async, error)
    with pytest.raises(kind) as caught:
        await tasks()
    assert caught.value is error


# How many at once.


@pytest.mark.parametrize("max_concurrency", [2, 3, 7])
@pytest.mark.parametrize("count", [1, 3, 8])
async def test_at_most_and_at_least_so_many_at_once(max_concurrency, count):
    running, most = 0, 0
    full = anyio.Event()
    enough = min(max_concurrency, count)

    async def task():
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == enough:
            full.set()
        await full.wait()  # for ever, if fewer run at once
        await anyio.lowlevel.checkpoint()
        running -= 1

    tasks = BackgroundTasks(max_concurrency=max_concurrency)
    for _ in range(count):
        tasks.add_task(task)
    with anyio.fail_after(10):
        await tasks()
    assert most == enough
    assert running == 0


async def test_sync_tasks_run_at_once():
    barrier = threading.Barrier(3)
    tasks = BackgroundTasks(max_concurrency=3)
    for _ in range(3):
        tasks.add_task(barrier.wait, 10)
    await tasks()  # a broken barrier raises


async def test_tasks_added_while_running(options):
    log, tasks = Log(), BackgroundTasks(**options)

    async def add(depth):
        log.append(depth)
        if depth:
            tasks.add_task(add, depth - 1)
            tasks.add_task(log.sync, "leaf")

    tasks.add_task(add, 3)
    await tasks()
    assert [entry for entry in log if entry != "leaf"] == [3, 2, 1, 0]
    assert log.count("leaf") == 3


async def test_tasks_added_while_running_run_at_once_as_well():
    both = threading.Barrier(2)
    tasks = BackgroundTasks(max_concurrency=2)

    async def add():
        tasks.add_task(both.wait, 5)
        tasks.add_task(both.wait, 5)

    tasks.add_task(add)
    await tasks()


async def test_tasks_added_before_a_failure_are_named():
    log, tasks = Log(), BackgroundTasks()

    async def add_and_fail():
        tasks.add_task(log.sync, 1)
        raise ValueError

    tasks.add_task(add_and_fail)
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        await tasks()
    assert "because of it: Log.sync(), added at " in notes_of(caught.value)[1]


# What a collection can hold.


async def test_nested_collections_and_starlettes_own_tasks(options):
    log, inner, tasks = Log(), BackgroundTasks(), BackgroundTasks(**options)
    inner.add_task(log.asynchronous, 2)
    theirs = starlette.background.BackgroundTasks()
    theirs.add_task(log.asynchronous, 3)
    tasks.add_task(log.asynchronous, 1)
    tasks.tasks += [inner, theirs, starlette.background.BackgroundTask(log.asynchronous, 4)]
    await tasks()
    assert log == [1, 2, 3, 4]


async def test_failure_in_what_a_collection_holds():
    log, inner = Log(), BackgroundTasks()
    inner.add_task(log.fail, ValueError())
    tasks = BackgroundTasks([inner, starlette.background.BackgroundTask(log.sync, 1), inner])
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        await tasks()
    *causes, kept = notes_of(caught.value)
    assert causes == [
        f"in background task Log.fail(), added at {place_of(inner.tasks[0])}",
        "in background task BackgroundTasks",
    ]
    assert kept.startswith("background tasks never started ")
    assert kept.endswith(": Log.sync(); BackgroundTasks")
