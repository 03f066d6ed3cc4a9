"""The one Celery task that runs all of ours."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn

import anyio
from celery.backends.base import DisabledBackend
from celery.exceptions import Retry

from typed_bg.celery.redelivery import DELIVERIES, TASK_NAME, RenewLeases
from typed_bg.engines.worker import TooManyDeliveriesError, execute, loads
from typed_bg.exceptions import TaskError, UnknownTaskError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import celery

logger: logging.Logger = logging.getLogger("typed_bg.celery")

# Seconds after which a name that this worker does not know is offered again, perhaps to a worker
# that does, and what cannot be queued is tried again; doubled each time, up to the second figure.
FIRST_BACK_OFF = 1.0
LONGEST_BACK_OFF = 10.0
TO_END = 5.0  # seconds that a task has after its timeout, to release its resources


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

        future = asyncio.run_coroutine_threadsafe(run(), self._started())
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
                f"the task is still running {TO_END} s after its timeout of {timeout} s\n"
                "  a plain function in a thread cannot be interrupted: set a timeout on the "
                "operation that it waits for"
            )
            raise TimeoutError(msg)
        future.result()

    def _started(self) -> asyncio.AbstractEventLoop:
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


_loop = Loop()


def register(app: celery.Celery, *, queue: str | None, max_deliveries: int) -> Any:
    """Register the task, with settings that hold for it alone, and what its messages need.

    Args:
        app: The app.
        queue: The queue that it is sent to; `None` leaves that to the app's routes.
        max_deliveries: How often a call may start whose process died.

    Returns:
        The task, which is evaluated when it is first used: until then the app can be configured.
    """
    app.steps["consumer"].add(RenewLeases)
    options: dict[str, Any] = {} if queue is None else {"queue": queue}
    register_task: Any = app.task  # in the stubs, its overloads leave out what it takes as well
    return register_task(
        name=TASK_NAME,
        bind=True,
        shared=False,  # with every other app of this process
        # Acknowledged early, what a worker holds is lost when it is killed.
        acks_late=True,
        reject_on_worker_lost=True,
        serializer="json",
        # Nobody asks for what a task returned; that it failed is kept.
        ignore_result=True,
        store_errors_even_if_ignored=True,
        max_retries=None,  # they are counted here, by their cause
        max_deliveries=max_deliveries,
        **options,
    )(_execute)


def _execute(self: Any, payload: str, *, failures: int = 0, unknown: int = 0) -> None:
    """Run a task of ours.

    Args:
        self: Celery's task.
        payload: The message that the engine sent.
        failures: How many attempts have failed.
        unknown: How many workers in a row did not know the name.
    """
    message = loads(payload)
    options = message.options
    deliveries = _deliveries(self.request)
    if deliveries > self.max_deliveries:
        raise TooManyDeliveriesError.of(message, deliveries - 1)
    try:
        _loop.run(execute(message), options.timeout)
    except UnknownTaskError as error:
        _queue_again(self, error, _back_off(unknown), failures=failures, unknown=unknown + 1)
    except TaskError:  # it will not fit better the next time
        raise
    except Exception as error:
        if failures >= options.retries:
            raise
        _queue_again(self, error, options.retry_delay, failures=failures + 1, unknown=0)
    if (failures or unknown) and not isinstance(self.backend, DisabledBackend):
        self.backend.forget(self.request.id)  # that it was to be tried again


def _deliveries(request: Any) -> int:
    delivery: dict[str, Any] = request.delivery_info or {}
    if not delivery.get("redelivered"):
        return 1  # also if it is queued again, with the headers of the attempt before
    return int(getattr(request, DELIVERIES, None) or 0) + 1


def _queue_again(
    task: Any, error: Exception, delay: float, *, failures: int, unknown: int
) -> NoReturn:
    """Queue a task once more, and end this attempt.

    Celery's own `retry` drops a task that it fails to queue. This one goes on trying, and holds the
    message meanwhile, so that another worker gets it when this one ends.

    Raises:
        Retry: It is queued.
        UnknownTaskError: It runs in the process that added it, which will not learn the name.
    """
    request = task.request
    if request.is_eager and unknown:
        raise error
    again = task.signature_from_request(
        request,
        kwargs={"failures": failures, "unknown": unknown},
        countdown=delay,
        retries=request.retries + 1,
    )
    tries = 0
    while not request.is_eager:
        try:
            again.apply_async()
            break
        except Exception as unreachable:  # noqa: BLE001  # whatever a transport raises
            pause = _back_off(tries)
            logger.warning(
                "%s cannot be queued again yet; retrying in %g s: %s",
                request.shadow,
                pause,
                unreachable,
            )
            time.sleep(pause)
            tries += 1
    when: Any = delay  # to type checkers, a float is no `numbers.Real`
    raise Retry(exc=error, when=when, is_eager=request.is_eager, sig=again) from error


def _back_off(times: int) -> float:
    return min(FIRST_BACK_OFF * 2.0 ** min(times, 10), LONGEST_BACK_OFF)
