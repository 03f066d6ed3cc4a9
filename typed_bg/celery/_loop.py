"""The event loop of a worker's process."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import Coroutine

TO_END = 5.0  # seconds that a task has after its timeout, to close what it has open


class Loop:
    """An event loop in a thread of its own, made when the first task comes.

    One for the life of a process: clients and pools that tasks keep between them are bound to the
    loop that they were made on. It ends with the process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, call: Coroutine[Any, Any, None], timeout: float | None) -> None:
        """Run a call to its end, on the loop.

        Args:
            call: The call.
            timeout: Seconds that it may take.

        Raises:
            TimeoutError: It took longer.
        """

        async def run() -> None:
            with anyio.move_on_after(timeout) as scope:
                try:
                    await call
                except SystemExit as error:  # which is not to end the worker
                    msg = f"the task called sys.exit({error.code!r})"
                    raise RuntimeError(msg) from error
            if scope.cancelled_caught:
                msg = f"the task was stopped after its timeout, {timeout} s"
                raise TimeoutError(msg)

        future = asyncio.run_coroutine_threadsafe(run(), self._running())
        try:
            done, _ = concurrent.futures.wait(
                [future], None if timeout is None else timeout + TO_END
            )
        except BaseException:  # the app's own time limits, and the end of the process
            future.cancel()
            raise
        if not done:
            future.cancel()
            msg = (
                f"the task goes on {TO_END} s after its timeout, {timeout} s\n"
                "  a plain function in a thread cannot be interrupted: give what it waits for a "
                "timeout of its own"
            )
            raise TimeoutError(msg)
        future.result()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            # A process that was forked from one with a loop has the loop, but not its thread.
            if self._loop is None or self._process != os.getpid():
                self._process = os.getpid()
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=_run, args=(self._loop,), name="typed_bg", daemon=True
                ).start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    while not loop.is_closed():
        # What a task has started beside itself may call sys.exit(), which ends the loop's run.
        with contextlib.suppress(SystemExit, KeyboardInterrupt):
            loop.run_forever()
