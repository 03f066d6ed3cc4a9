"""`on_error` as a function: it gets each error and the task that raised it."""

from __future__ import annotations

import functools
import threading

import pytest
import starlette.background
from support.task_runs import Log, notes_of, place_of

from typed_bg import BackgroundTask, BackgroundTasks, FailedTask, TaskArgumentError

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("max_concurrency", [1, 3])
async def test_it_gets_each_error_and_its_task_and_every_task_runs(is_async, max_concurrency):
    log, handled = Log(), []

    def handle(error, task):
        handled.append((error, task))

    async def handle_async(error, task):
        handled.append((error, task))

    tasks = BackgroundTasks(
        on_error=handle_async if is_async else handle, max_concurrency=max_concurrency
    )
    first, second = ValueError("one"), KeyError("two")
    tasks.add_task(log.fail_async, error=first)
    tasks.add_task(log.sync, 1)
    tasks.add_task(log.fail, second)
    await tasks()
    assert 1 in log
    assert sorted(handled, key=lambda pair: str(pair[0])) == [
        (second, FailedTask(log.fail, (second,), {}, place_of(tasks.tasks[2]))),
        (first, FailedTask(log.fail_async, (), {"error": first}, place_of(tasks.tasks[0]))),
    ]
    assert notes_of(first) == [
        f"in background task Log.fail_async(), added at {place_of(tasks.tasks[0])}"
    ]


def test_a_task_has_a_name():
    def name(func):
        return FailedTask(func, (), {}, None).name

    assert name(Log.fail) == "Log.fail"
    assert name(functools.partial(Log().fail, 1)) == "Log.fail"
    assert name(functools.partial(print)) == "print"
    assert name(Log()) == "Log"


async def test_a_def_runs_in_a_thread():
    threads = []
    tasks = BackgroundTasks(on_error=lambda _error, _task: threads.append(threading.get_ident()))
    tasks.add_task(Log().fail_async, ValueError())
    await tasks()
    assert threads != [threading.get_ident()]


async def test_its_own_error_is_raised_after_every_task_ran():
    log, own = Log(), OSError("of the handler")

    def handle(error, task):
        raise own

    tasks = BackgroundTasks(on_error=handle)
    error = ValueError("of the task")
    tasks.add_task(log.fail, error)
    tasks.add_task(log.sync, 1)
    with pytest.raises(OSError, match="of the handler") as caught:
        await tasks()
    assert caught.value is own
    assert own.__context__ is error
    assert log == [error, 1]


async def test_starlettes_tasks_and_collections_have_no_place():
    log, failed = Log(), []
    inner = BackgroundTasks([BackgroundTask(log.fail, ValueError(1))])
    tasks = BackgroundTasks(
        [starlette.background.BackgroundTask(log.fail, ValueError(2)), inner],
        on_error=lambda _error, task: failed.append(task),
    )
    await tasks()
    assert [task.place for task in failed] == [None, None]
    assert [task.func for task in failed] == [log.fail, inner]


@pytest.mark.parametrize("handler", [lambda: None, lambda _error: None, lambda *, _error: None])
def test_a_function_that_does_not_take_both_is_rejected_at_once(handler):
    with pytest.raises(TaskArgumentError) as caught:
        BackgroundTasks(on_error=handler)
    assert caught.value.target is handler
    with pytest.raises(TaskArgumentError):
        BackgroundTasks().on_error = handler
