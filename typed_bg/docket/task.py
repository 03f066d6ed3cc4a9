"""Run a call of ours in a Docket worker, within the limits that the call contains."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from docket import Execution, Retry, Timeout
from docket.dependencies import (
    AdmissionBlocked,
    FailureHandler,
    Runtime,
    TaskOutcome,
    current_execution,
)
from typing_extensions import override

from typed_bg.engines import TaskOptions
from typed_bg.engines.worker import Message, TooManyDeliveriesError, execute, loads
from typed_bg.exceptions import TaskError, UnknownTaskError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logger: logging.Logger = logging.getLogger("typed_bg.docket")

# Seconds. During a deploy old workers may meet a call several times before a new one does, and the
# last is how long it then waits after the last old one has ended.
DEFERRALS = (1, 2, 4, 8, 15)


async def run_call(message: Message | str, deferred: int = 0) -> None:
    """Run one call, or put it back when this worker's code does not know its name.

    Args:
        message: The payload, or the message that `CallLimits` has read from it.
        deferred: How often it was put back.

    Raises:
        AdmissionBlocked: Docket's word for "not here, not now": it schedules the call anew, under
            the same key, and counts no attempt.
        RuntimeError: The task tried to end more than itself.
    """
    try:
        await execute(message)
    except UnknownTaskError as error:
        execution = current_execution.get()
        delay = DEFERRALS[min(deferred, len(DEFERRALS) - 1)]
        logger.warning("%s is queued again in %d s: %s", execution.call_repr(), delay, error)
        # Written back with the call, so that each time is longer than the one before.
        execution.kwargs["deferred"] = deferred + 1
        raise AdmissionBlocked(
            execution, reason="an unknown name", retry_delay=timedelta(seconds=delay)
        ) from error
    except SystemExit as error:  # it would end the worker, and each that takes the task after it
        message = f"the task called sys.exit({error.code!r})"
        raise RuntimeError(message) from error
    except asyncio.CancelledError as error:
        if _is_cancelled():
            raise
        # Docket would take it for the end of a task that somebody cancelled.
        message = "something that the task awaited was cancelled"
        raise RuntimeError(message) from error


def _is_cancelled() -> bool:
    """Return whether the task itself is cancelled; Python 3.10 does not know."""
    task: Any = asyncio.current_task()
    return sys.version_info < (3, 11) or task.cancelling() > 0


class CallLimits(Runtime["CallLimits"], FailureHandler["CallLimits"]):
    """Docket's `Timeout` and `Retry`, with the seconds and attempts that the call itself carries.

    Then it keeps the failure: Docket alone would pickle the exception, and a worker that meets one
    that cannot be pickled would end.
    """

    def __init__(self, keep_failed: timedelta, max_deliveries: int) -> None:
        self._keep_failed = keep_failed
        self._max_deliveries = max_deliveries
        self._options = TaskOptions()
        self._returned = False

    @override
    async def __aenter__(self) -> CallLimits:  # noqa: PYI034  # one for each execution
        return CallLimits(self._keep_failed, self._max_deliveries)

    @override
    async def run(
        self,
        execution: Execution,
        function: Callable[..., Awaitable[Any]],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        message = loads(args[0])
        self._options = message.options
        if execution.redelivered:
            await self._count_delivery(execution, message)
        if message.options.timeout is None:
            await function(message, **kwargs)
        else:
            timeout = Timeout(timedelta(seconds=message.options.timeout))
            await timeout.run(execution, function, (message,), kwargs)
        self._returned = True

    @override
    async def handle_failure(self, execution: Execution, outcome: TaskOutcome) -> bool:
        if self._returned:  # what failed was telling Redis so; when it fails again, Docket waits
            await execution.mark_as_completed()
            return True
        error = outcome.exception
        # What does not fit now does not fit at the next attempt.
        if not isinstance(error, (TaskError, TooManyDeliveriesError)):
            options = self._options
            retry = Retry(options.retries + 1, timedelta(seconds=options.retry_delay))
            if await retry.handle_failure(execution, outcome):
                return True
        logger.error(
            "%s failed, and is not retried. Docket keeps it as failed for %s.",
            execution.call_repr(),
            self._keep_failed,
            exc_info=error,
        )
        await self._record(execution, f"{type(error).__name__}: {error}")
        return True

    async def _count_delivery(self, execution: Execution, message: Message) -> None:
        docket = execution.docket
        counter = docket.key(f"deliveries:{message.id}")
        async with docket.redis() as client:
            redis: Any = client
            again = await redis.incr(counter)
            await redis.expire(counter, self._keep_failed)
        if again >= self._max_deliveries:  # the first delivery is not counted
            raise TooManyDeliveriesError.of(message, again)

    async def _record(self, execution: Execution, error: str) -> None:
        await execution.mark_as_failed(error)
        if await execution.is_superseded():
            return  # the record is that of a newer call with this key
        docket = execution.docket
        async with docket.redis() as redis:
            await redis.expire(docket.runs_key(execution.key), self._keep_failed)
