"""A task that is running when its process ends is named, though nothing cancels it."""

from __future__ import annotations

import inspect
import multiprocessing.process
import re
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, logging, sys, threading, time
import anyio, anyio.to_thread
from typed_bg import BackgroundTask, BackgroundTasks
from typed_bg.testing import capture
logging.basicConfig(format="%(name)s %(levelname)s %(message)s")
begun = threading.Event()
async def waits():
    begun.set()
    await asyncio.sleep(60)
def works():
    begun.set()
    time.sleep(1)
def other(): ...
def tasks(*functions, **options):
    made = BackgroundTasks(**options)
    for function in functions: made.add_task(function)
    return made
async def start(run, *, begins=False):
    global jobs
    jobs = [asyncio.ensure_future(run())]
    while begins and not begun.is_set():
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
async def wait_for_limit(run):
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = 1
    await limiter.acquire_on_behalf_of(run)
    await start(run)
anyio.run(anyio.sleep, 0)  # loads what is slow to load
loop = asyncio.new_event_loop()
"""
ENDED = "typed_bg ERROR The process ended while background task "


def logged(code: str, *, forked: bool = False) -> list[str]:
    code = PROGRAM + code
    if forked:
        code = (
            "import multiprocessing\n"
            f"def run(): exec({code!r}, globals())\n"
            "child = multiprocessing.get_context('fork').Process(target=run)\n"
            "child.start(); child.join()\n"
        )
    done = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return [line for line in done.stderr.splitlines() if line.startswith("typed_bg")]


@pytest.mark.parametrize("forked", [False, True], ids=["alone", "forked"])
@pytest.mark.parametrize("options", ["", ", on_error='continue'", ", max_concurrency=2"])
def test_running_tasks_and_those_that_wait_behind_them_are_named_once(options, forked):
    lines = logged(
        f"loop.run_until_complete(start(tasks(waits, waits, other{options}), begins=True))",
        forked=forked,
    )
    *running, kept = lines
    assert len(running) == (2 if "max_concurrency" in options else 1)
    for line in running:
        assert line.startswith(f"{ENDED}waits(), added at <string>:")
        assert line.endswith("it was interrupted")
    assert re.match("typed_bg ERROR The end .* kept background tasks ", kept)
    assert kept.count("waits()") == 2 - len(running)
    assert "other(), added at <string>:" in kept


def test_a_task_in_no_collection_is_named():
    (line,) = logged("loop.run_until_complete(start(BackgroundTask(waits), begins=True))")
    assert line.startswith(f"{ENDED}waits(), added at <string>:")


def test_a_forked_process_names_a_task_in_a_thread_unless_it_waits_for_threads():
    lines = logged("loop.run_until_complete(start(tasks(works), begins=True))", forked=True)
    source = inspect.getsource(multiprocessing.process.BaseProcess._bootstrap)
    ends = re.search("_exit_function|_run_exitfuncs", source)
    if ends is None or source.index("threading._shutdown") < ends.start():
        assert lines == []
        return
    (line,) = lines
    assert line.startswith(f"{ENDED}works(), added at <string>:")
    assert "running in a thread" in line


def test_the_interpreter_waits_for_a_task_in_a_thread():
    assert logged("loop.run_until_complete(start(tasks(works), begins=True))") == []


def test_a_task_that_waits_for_a_thread_never_started():
    (line,) = logged("loop.run_until_complete(wait_for_limit(tasks(other)))")
    assert line.startswith(f"{ENDED}other(), added at <string>:")
    assert line.endswith("it never started")


@pytest.mark.parametrize(
    "code",
    [
        "loop.run_until_complete(tasks(other)())",
        "asyncio.run(asyncio.wait_for(start(tasks(other)), 60))",
        "job = tasks()()\njob.close()",
        "with capture(): loop.run_until_complete(start(tasks(waits)))",
        "loop.run_until_complete(start(lambda: asyncio.sleep(60)))",
    ],
)
def test_nothing_is_named_if_no_task_is_running(code):
    assert logged(code) == []
