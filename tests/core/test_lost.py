"""A task that was accepted and never ran is named, without any server."""

from __future__ import annotations

import gc
import logging
import pickle
import subprocess
import sys

import anyio
import pytest
import starlette.background
from support.task_runs import Log, place_of

from typed_bg import BackgroundTask, BackgroundTasks
from typed_bg.testing import capture


@pytest.fixture(autouse=True)
def _all_levels(caplog):
    caplog.set_level(logging.DEBUG, "typed_bg")


def test_a_collection_that_never_runs_names_its_tasks(caplog):
    log, tasks = Log(), BackgroundTasks()
    tasks.add_task(log.sync, 1)
    tasks.add_task(log.asynchronous, 2)
    names = [f"Log.{name}(), added at {place_of(task)}" for name, task in named(tasks)]
    del tasks
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("typed_bg", logging.WARNING)
    assert record.message.startswith(f"background tasks never ran: {'; '.join(names)}. ")
    assert "background=tasks" in record.message


def named(tasks):
    return zip(("sync", "asynchronous"), tasks.tasks, strict=True)


def test_a_task_that_never_runs_is_named(caplog):
    task = BackgroundTask(Log().sync, 1)
    place = place_of(task)
    del task
    (record,) = caplog.records
    assert record.message.startswith(f"background task never ran: Log.sync(), added at {place}. ")
    assert "background=task " in record.message


def test_a_task_in_a_collection_that_never_runs_is_named_once(caplog):
    tasks = BackgroundTasks([BackgroundTask(Log().sync, 1), BackgroundTasks([])])
    tasks.tasks[1].add_task(Log().asynchronous, 2)
    del tasks
    (record,) = caplog.records
    assert "Log.sync()" in record.message
    assert "Log.asynchronous()" in record.message


def test_a_task_of_starlettes_in_a_collection_that_never_runs_is_named(caplog):
    BackgroundTasks([starlette.background.BackgroundTask(Log().sync, 1)])
    (record,) = caplog.records
    assert record.message.startswith("background tasks never ran: Log.sync(). ")


def test_a_task_that_is_added_after_the_run_is_named(caplog):
    log, tasks = Log(), BackgroundTasks()
    anyio.run(tasks)
    tasks.add_task(log.sync, 1)
    del tasks
    (record,) = caplog.records
    assert "Log.sync()" in record.message
    assert "after the collection" in record.message


@pytest.mark.parametrize("options", [{}, {"on_error": "continue"}, {"max_concurrency": 2}], ids=str)
def test_tasks_that_ran_failed_or_were_named_by_a_failure_are_not_named_again(caplog, options):
    log = Log()
    tasks = BackgroundTasks(**options)
    tasks.add_task(log.sync, 1)
    tasks.add_task(log.fail, ValueError())
    tasks.add_task(log.sync, 2)
    tasks.tasks.append(BackgroundTask(log.sync, 3))
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        anyio.run(tasks)
    caught.value.__traceback__ = None
    del tasks
    gc.collect()
    assert caplog.records == []


def test_tasks_that_another_collection_runs_are_not_named(caplog):
    log, first = Log(), BackgroundTasks()
    first.add_task(log.sync, 1)
    first.add_task(log.asynchronous, 2)
    anyio.run(BackgroundTasks(first.tasks))
    del first
    assert log == [1, 2]
    assert caplog.records == []


def in_a_cycle(tasks):
    """Leave it to the garbage collector, as an exception does whose frames refer to it."""
    cycle = [tasks]
    cycle.append(cycle)


@pytest.mark.parametrize("alone", [False, True], ids=["added", "a task of its own"])
def test_a_collection_that_the_garbage_collector_finds_names_each_task_once(caplog, alone):
    log = Log()
    own = [BackgroundTask(log.sync, 1), BackgroundTask(log.asynchronous, 2)] if alone else []
    tasks = BackgroundTasks(own)
    del own
    if not alone:
        tasks.add_task(log.sync, 1)
        tasks.add_task(log.asynchronous, 2)
    in_a_cycle(tasks)
    del tasks
    assert caplog.records == []
    gc.collect()
    gc.collect()
    assert caplog.text.count("Log.sync()") == caplog.text.count("Log.asynchronous()") == 1
    for record in caplog.records:
        assert record.levelno == logging.WARNING
        assert "background=task" in record.message


def test_tasks_that_moved_are_not_named_if_the_garbage_collector_finds_the_first_collection(caplog):
    log, first, second = Log(), BackgroundTasks(), BackgroundTasks()
    first.add_task(log.sync, 1)
    first.add_task(log.asynchronous, 2)
    second.tasks.extend(first.tasks)
    in_a_cycle(first)
    del first
    gc.collect()
    anyio.run(second)
    assert log == [1, 2]
    assert caplog.records == []


@pytest.mark.parametrize("kind", [BackgroundTasks, starlette.background.BackgroundTasks])
def test_tasks_that_moved_to_another_collection_are_not_named_if_that_runs(caplog, kind):
    log, first, second = Log(), BackgroundTasks(), kind()
    first.add_task(log.sync, 1)
    first.add_task(log.asynchronous, 2)
    first.tasks.append(BackgroundTasks())
    first.tasks[2].add_task(log.sync, 3)
    second.tasks.extend(first.tasks)
    del first
    assert caplog.records == []
    anyio.run(second)
    del second
    assert log == [1, 2, 3]
    assert caplog.records == []


@pytest.mark.parametrize("kind", [BackgroundTasks, starlette.background.BackgroundTasks])
def test_tasks_that_moved_to_another_collection_are_named_once_if_that_never_runs(caplog, kind):
    first, second = BackgroundTasks(), kind()
    first.add_task(Log().sync, 1)
    first.add_task(Log().asynchronous, 2)
    second.tasks.extend(first.tasks)
    del first
    del second
    gc.collect()
    assert caplog.text.count("Log.sync()") == caplog.text.count("Log.asynchronous()") == 1


@pytest.mark.parametrize("kind", [BackgroundTasks, starlette.background.BackgroundTasks])
def test_a_single_task_that_a_collection_runs_is_not_named(caplog, kind):
    log = Log()
    anyio.run(kind([BackgroundTask(log.sync, 1)]))
    assert log == [1]
    assert caplog.records == []


def test_tasks_that_were_removed_on_purpose_are_not_named(caplog):
    tasks = BackgroundTasks()
    tasks.add_task(Log().sync, 1)
    tasks.tasks.clear()
    del tasks
    assert caplog.records == []


def test_capture_keeps_the_log_silent(caplog):
    with capture() as captured:
        tasks = BackgroundTasks()
        tasks.add_task(Log().sync, 1)
        del tasks
        BackgroundTask(Log().sync, 1)
        recorded = BackgroundTasks()
        recorded.add_task(Log().sync, 1)
        anyio.run(recorded)
    del recorded
    assert len(captured) == 1
    assert caplog.records == []


def test_a_constructor_that_fails_leaves_nothing_to_say(caplog):
    class Tasks(BackgroundTasks):
        def __init__(self):
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        Tasks()
    with pytest.raises(ValueError, match="on_error"):
        BackgroundTasks(on_error="ignore")
    gc.collect()
    assert caplog.records == []


def test_an_unpickled_task_is_watched_too(caplog):
    task = BackgroundTask(len, "abc")
    copied = pickle.loads(pickle.dumps(task))  # noqa: S301  # our own
    anyio.run(task)
    del task
    assert caplog.records == []
    del copied
    (record,) = caplog.records
    assert "len()" in record.message


SCRIPT = """
import typed_bg
def send(): ...
tasks = typed_bg.BackgroundTasks()
tasks.add_task(send)
"""


def test_a_script_that_ends_names_its_tasks():
    done = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stderr.startswith("background tasks never ran: send(), added at <string>:5")
