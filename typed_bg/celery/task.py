"""The one Celery task that runs all of ours."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, NoReturn

from celery.backends.base import DisabledBackend
from celery.exceptions import Retry

from typed_bg.celery._loop import Loop
from typed_bg.celery._records import TASK_NAME
from typed_bg.celery.redelivery import RenewLeases
from typed_bg.engines.worker import execute, loads
from typed_bg.exceptions import TaskError, UnknownTaskError

if TYPE_CHECKING:
    import celery

logger = logging.getLogger("typed_bg.celery")

# Seconds after which a name that this worker does not know is offered again, perhaps to a worker
# that does, and what cannot be queued is tried again; doubled each time, up to the second figure.
FIRST_BACK_OFF = 1.0
LONGEST_BACK_OFF = 10.0

_loop = Loop()


def register(app: celery.Celery, *, queue: str | None) -> Any:
    """Register the task, with settings that hold for it alone, and what its messages need.

    Args:
        app: The app.
        queue: The queue that it is sent to; `None` leaves that to the app's routes.

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
        **options,
    )(_execute)


def _execute(self: Any, payload: str, *, failures: int = 0, unknown: int = 0) -> None:
    """Run a task of ours.

    Args:
        self: Celery's task.
        payload: What was handed over.
        failures: How many attempts have failed.
        unknown: How many workers in a row did not know the name.
    """
    message = loads(payload)
    options = message.options
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
                "%s cannot be queued again, the next try follows in %g s: %s",
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
