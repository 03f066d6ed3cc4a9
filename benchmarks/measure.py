"""Measures contestants in turns of less than a millisecond, and returns the shortest times.

Other processes make some turns longer, but no turn shorter. So the ratios of the shortest times are
almost the same on a busy machine as on an idle one.
"""

from __future__ import annotations

import gc
import resource
import signal
import subprocess
import time
import tracemalloc
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from typed_bg._core.runner import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.background import BackgroundTasks

CALLS_A_TURN = 100
TASKS_A_COLLECTION = 100
COLLECTIONS_A_TURN = 20
TASKS_FOR_MEMORY = 10_000


def adding(
    kinds: Sequence[Callable[[], BackgroundTasks]], call: str, names: dict[str, Any], turns: int
) -> list[float]:
    """Return the shortest seconds of one `add_task` call for each kind of collection."""
    loop = compile(f"for _ in repeat: {call}", call, "exec")

    def turn(kind: Callable[[], BackgroundTasks]) -> float:
        scope = {**names, "tasks": kind(), "repeat": range(CALLS_A_TURN)}
        began = time.perf_counter()
        exec(loop, scope)  # noqa: S102  # a constant of this package
        taken = (time.perf_counter() - began) / CALLS_A_TURN
        scope["tasks"].tasks.clear()  # otherwise the log names them all
        return taken

    return _in_turns([partial(turn, kind) for kind in kinds], turns)


def making(
    kinds: Sequence[Callable[..., Any]], code: str, names: dict[str, Any], turns: int
) -> list[float]:
    """Return the shortest seconds of code that makes one object `made` of each kind."""
    loop = compile(f"for _ in repeat:\n {code}\n keep(made)", code, "exec")

    def turn(kind: Callable[..., Any]) -> float:
        made: list[Any] = []
        scope = {**names, "kind": kind, "keep": made.append, "repeat": range(CALLS_A_TURN)}
        began = time.perf_counter()
        exec(loop, scope)  # noqa: S102  # a constant of this package
        taken = (time.perf_counter() - began) / CALLS_A_TURN
        for each in made:  # otherwise the log names them all
            for task in getattr(each, "tasks", [each]):
                settle(task)
        return taken

    return _in_turns([partial(turn, kind) for kind in kinds], turns)


def running(
    kinds: Sequence[type[BackgroundTasks]], target: Callable[[], Any], turns: int
) -> list[float]:
    """Return the shortest seconds that a task takes to run, in collections of a hundred."""

    async def main() -> list[float]:
        collections = [kind() for kind in kinds]
        for collection in collections:
            for _ in range(TASKS_A_COLLECTION):
                collection.add_task(target)
        seconds: list[list[float]] = [[] for _ in kinds]
        for _ in range(turns):
            for collection, measured in zip(collections, seconds, strict=True):
                began = time.perf_counter()
                await collection()
                measured.append((time.perf_counter() - began) / TASKS_A_COLLECTION)
        return [min(measured) for measured in seconds]

    return anyio.run(main)


def whole(
    kinds: Sequence[type[BackgroundTasks]], target: Callable[[], Any], turns: int
) -> list[float]:
    """Return the seconds that it takes to make a collection, add a task, run it and drop both."""

    async def main() -> list[float]:
        seconds: list[list[float]] = [[] for _ in kinds]
        for _ in range(turns):
            for kind, measured in zip(kinds, seconds, strict=True):
                began = time.perf_counter()
                for _ in range(COLLECTIONS_A_TURN):
                    tasks = kind()
                    tasks.add_task(target)
                    await tasks()
                    del tasks
                measured.append((time.perf_counter() - began) / COLLECTIONS_A_TURN)
        return [min(measured) for measured in seconds]

    return anyio.run(main)


def starting(commands: Sequence[Sequence[str]], turns: int) -> list[float]:
    """Return the fewest seconds of processor time that each command takes.

    Raises:
        RuntimeError: A command fails. That it is killed is its regular end: what it starts may do
            that.
    """

    def turn(command: Sequence[str]) -> float:
        began = _seconds_of_children()
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # this interpreter
        if done.returncode not in {0, -signal.SIGKILL}:
            message = f"{command} failed: {done.stderr}"
            raise RuntimeError(message)
        return _seconds_of_children() - began

    return _in_turns([partial(turn, command) for command in commands], turns)


def memory(kind: type[BackgroundTasks], call: str, names: dict[str, Any]) -> float:
    """Return the bytes that one queued task takes, without its entry in the list."""
    tasks = kind()
    loop = compile(f"for _ in repeat: {call}", call, "exec")
    scope = {**names, "tasks": tasks, "repeat": range(TASKS_FOR_MEMORY)}
    exec(loop, scope)  # noqa: S102  # fills caches and allocates the list
    tasks.tasks[:] = [None] * TASKS_FOR_MEMORY  # type: ignore[list-item]  # keeps the allocated list
    kept = tasks.tasks
    gc.collect()
    tracemalloc.start()
    for index in range(TASKS_FOR_MEMORY):
        tasks.tasks = []
        scope["repeat"] = range(1)
        exec(loop, scope)  # noqa: S102
        kept[index] = tasks.tasks[0]
    scope.clear()
    tasks.tasks = []
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / TASKS_FOR_MEMORY


def _seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _in_turns(contestants: Sequence[Callable[[], float]], turns: int) -> list[float]:
    """Call the contestants in turns, and return the smallest result of each one."""
    seconds: list[list[float]] = [[] for _ in contestants]
    gc.collect()
    gc.disable()
    try:
        for _ in range(turns):
            for contestant, measured in zip(contestants, seconds, strict=True):
                measured.append(contestant())
    finally:
        gc.enable()
    return [min(measured) for measured in seconds]
