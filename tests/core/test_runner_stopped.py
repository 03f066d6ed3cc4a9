"""What a cancellation, or the interpreter's end, leaves behind, and what instrumentation sees."""

from __future__ import annotations

import functools
import logging
import sys
from unittest import mock

import anyio
import pytest
import starlette.background
from support.task_runs import Log, notes_of, place_of

from typed_bg import BackgroundTask, BackgroundTasks

if sys.version_info < (3, 11):
    from exceptiongroup import BaseExceptionGroup

pytestmark = pytest.mark.anyio


async def test_cancellation_names_what_never_started_and_goes_on(options, caplog):
    started = anyio.Event()

    async def wait():
        started.set()
        await anyio.sleep_forever()

    log, tasks = Log(), BackgroundTasks(**options)
    for _ in range(options.get("max_concurrency", 1)):
        tasks.add_task(wait)
    tasks.add_task(log.sync, 2)
    tasks.tasks.append(starlette.background.BackgroundTask(log.asynchronous, 3))
    with caplog.at_level(logging.ERROR, "typed_bg"), anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(tasks)
            await started.wait()
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
    assert log == []
    (kept,) = (record for record in caplog.records if "kept" in record.message)
    interrupted = [record for record in caplog.records if record is not kept]
    assert {(record.name, record.levelno) for record in caplog.records} == {
        ("typed_bg", logging.ERROR)
    }
    *waiting, never, _ = tasks.tasks
    cancelled = anyio.get_cancelled_exc_class().__name__
    assert sorted(record.getMessage().partition(" was running: ")[0] for record in interrupted) == (
        sorted(
            f"{cancelled} while background task {wait.__qualname__}(), added at {place_of(task)}"
            for task in waiting
        )
    )
    assert kept.getMessage().startswith(f"{cancelled} kept background tasks ")
    assert kept.getMessage().endswith(
        f": Log.sync(), added at {place_of(never)}; Log.asynchronous()"
    )


async def test_the_only_task_is_named_when_it_is_interrupted(options, caplog):
    tasks = BackgroundTasks(**options)
    tasks.add_task(anyio.sleep_forever)
    with anyio.move_on_after(0.02) as scope:
        await tasks()
    assert scope.cancelled_caught
    (record,) = caplog.records
    assert f"sleep_forever(), added at {place_of(tasks.tasks[0])} was running" in record.message


async def test_a_task_in_no_collection_is_named_when_it_is_interrupted(caplog):
    task = BackgroundTask(anyio.sleep_forever)
    with anyio.move_on_after(0.02):
        await task()
    (record,) = caplog.records
    assert f"sleep_forever(), added at {place_of(task)} was running" in record.message


async def test_an_inner_collections_task_is_named_once_when_it_is_interrupted(caplog):
    inner = BackgroundTasks()
    inner.add_task(anyio.sleep_forever)
    with anyio.move_on_after(0.02):
        await BackgroundTasks([inner])()
    (record,) = caplog.records
    assert "sleep_forever()" in record.message


@pytest.mark.parametrize("max_concurrency", [1, 2])
async def test_errors_before_a_cancellation_are_not_lost(max_concurrency, caplog):
    """With "continue" nobody has been told of them yet."""
    tasks = BackgroundTasks(on_error="continue", max_concurrency=max_concurrency)
    tasks.add_task(Log().fail_async, ValueError("told to nobody"))
    tasks.add_task(anyio.sleep_forever)
    with anyio.move_on_after(0.02):
        await tasks()
    assert "told to nobody" in caplog.text


async def test_error_raised_by_a_cancelled_task_is_not_lost(caplog):
    """Its own clean-up fails after another task has been cancelled."""

    async def fail_to_clean_up():
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.02)
            msg = "told to nobody"
            raise ValueError(msg)

    tasks = BackgroundTasks(max_concurrency=2)
    tasks.add_task(anyio.sleep_forever)
    tasks.add_task(fail_to_clean_up)
    with anyio.move_on_after(0.02):
        await tasks()
    assert caplog.text.count("told to nobody") == 1


class Stop(BaseException): ...


async def test_exceptions_beyond_tasks_go_through(options, caplog):
    log, tasks = Log(), BackgroundTasks(**options)
    tasks.add_task(log.fail_async, Stop())
    for _ in range(4):
        tasks.add_task(log.sync, 2)
    with pytest.raises((Stop, BaseExceptionGroup)):
        await tasks()
    assert 2 not in log
    assert "Stop while background task Log.fail_async(), added at " in caplog.text


# Instrumentation.


@pytest.mark.parametrize("alone", [False, True])
async def test_instrumentation_sees_every_task(options, alone, monkeypatch):
    seen = []
    original = starlette.background.BackgroundTask.__call__

    async def instrumented(self):
        seen.append(self.func.__qualname__)
        await original(self)

    monkeypatch.setattr(starlette.background.BackgroundTask, "__call__", instrumented)
    log = Log()
    tasks = BackgroundTasks(**options)
    for func in (log.sync, log.asynchronous):
        if alone:
            tasks.tasks.append(BackgroundTask(func, 1))
        else:
            tasks.add_task(func, 1)
    tasks.tasks.append(starlette.background.BackgroundTask(log.sync, 1))
    await tasks()
    assert sorted(seen) == ["Log.asynchronous", "Log.sync", "Log.sync"]
    assert log == [1, 1, 1]


@pytest.fixture
def _few_children(monkeypatch):
    """A mock makes a child for each attribute that it is asked for, without end."""
    made = []
    original = mock.NonCallableMock._get_child_mock

    def make_child(self, **keywords):
        made.append(self)
        assert len(made) < 1000, "looked for attributes of attributes for ever"
        return original(self, **keywords)

    monkeypatch.setattr(mock.NonCallableMock, "_get_child_mock", make_child)


@pytest.mark.usefixtures("_few_children")
@pytest.mark.parametrize("kind", [BackgroundTask, starlette.background.BackgroundTask])
@pytest.mark.parametrize("mock_kind", [mock.Mock, mock.MagicMock, mock.AsyncMock])
async def test_mocks_are_run_and_named(kind, mock_kind):
    works, fails = mock_kind(), mock_kind(side_effect=ValueError)
    tasks = BackgroundTasks([kind(works, 1, key=2), kind(fails)])
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        await tasks()
    works.assert_called_once_with(1, key=2)
    assert notes_of(caught.value)[0].startswith(f"in background task {mock_kind.__name__}()")


async def test_a_partial_bears_the_name_of_its_function():
    task = BackgroundTask(functools.partial(functools.partial(Log().fail), ValueError()))
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        await task()
    assert notes_of(caught.value)[0].startswith("in background task Log.fail(), added at ")


async def test_a_task_that_waits_for_a_thread_never_started(options, caplog):
    limiter = anyio.to_thread.current_default_thread_limiter()
    total = limiter.total_tokens
    log, tasks = Log(), BackgroundTasks(**options)
    tasks.add_task(log.sync, 1)
    await limiter.acquire_on_behalf_of(tasks)
    limiter.total_tokens = 1
    try:
        with anyio.move_on_after(0.05):
            await tasks()
    finally:
        limiter.release_on_behalf_of(tasks)
        limiter.total_tokens = total
    assert log == []
    (record,) = caplog.records
    assert record.message.endswith("it never started")
    assert f"Log.sync(), added at {place_of(tasks.tasks[0])}" in record.message
