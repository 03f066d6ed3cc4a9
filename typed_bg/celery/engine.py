"""The engine that sends tasks to Celery."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003  # a person may ask for the type hints
from typing import TYPE_CHECKING, Annotated, Any

import celery  # noqa: TC002  # as above
from kombu.exceptions import KombuError
from typing_extensions import Doc, Self

from typed_bg.celery.app import MEMORY, BrokerCheck, is_redis, make_app, warn_about
from typed_bg.celery.in_memory import Embedded
from typed_bg.celery.producers import Producers, Stopped, Threads
from typed_bg.celery.task import register
from typed_bg.exceptions import EngineUnavailable

if TYPE_CHECKING:
    from types import TracebackType

    from typed_bg.engines import TaskCall

SUPPORTED = frozenset({"delay", "retries", "retry_delay", "timeout"})


class CeleryEngine:
    """Sends tasks to Celery workers.

    `memory://` needs no broker: a worker runs in this process, and what it has not done is gone
    with it.

    Args:
        app: The Celery app that the team has; its other tasks keep their settings.
        broker: Where the broker is, for an app that is made here: `redis://`, `memory://`, ...
        queue: The queue to send to; `None` leaves that to the app's routes.
        redelivery_timeout: Seconds after which the tasks of a worker that died run in another.

            For an app that is made here, with Redis; an app of the team's has it in
            `broker_transport_options["visibility_timeout"]`.
        connections: The connections and threads with which a process sends tasks to the broker.
        patience: Seconds after which a connection whose broker is silent is given up.
        max_deliveries: How often a task may start whose process died each time; then it fails.

            Counted with Redis alone.

    Attributes:
        app: The Celery app, for `celery -A`: give it a name in a module, `celery_app = engine.app`.
        worker_command: How its workers are started.
    """

    worker_command = (
        "celery -A app.main:celery_app worker, where app.main has celery_app = engine.app"
    )

    def __init__(  # noqa: PLR0913  # by keyword
        self,
        app: Annotated[
            celery.Celery | None,
            Doc("The Celery app that the team has; its other tasks keep their settings."),
        ] = None,
        *,
        broker: Annotated[
            str | None,
            Doc("Where the broker is, for an app that is made here: `redis://`, `memory://`, ..."),
        ] = None,
        queue: Annotated[
            str | None,
            Doc("The queue to send to; `None` leaves that to the app's routes."),
        ] = None,
        redelivery_timeout: Annotated[
            float,
            Doc(
                """
                Seconds after which the tasks of a worker that died run in another.

                For an app that is made here, with Redis; an app of the team's has it in
                `broker_transport_options["visibility_timeout"]`.
                """
            ),
        ] = 60,
        connections: Annotated[
            int, Doc("The connections and threads with which a process sends tasks to the broker.")
        ] = 10,
        patience: Annotated[
            float, Doc("Seconds after which a connection whose broker is silent is given up.")
        ] = 5,
        max_deliveries: Annotated[
            int,
            Doc(
                """
                How often a task may start whose process died each time; then it fails.

                Counted with Redis alone.
                """
            ),
        ] = 5,
    ) -> None:
        if (app is None) == (broker is None):
            msg = "CeleryEngine takes either an app, or a broker's URL to create an app for"
            raise TypeError(msg)
        if app is None:
            app = make_app(str(broker), redelivery_timeout=redelivery_timeout)
        self.app = app
        self._task: Any = register(app, queue=queue, max_deliveries=max_deliveries)
        self._embedded = Embedded(app) if broker and broker.startswith(MEMORY) else None
        self._check: BrokerCheck | None = None
        self._threads = Threads(connections)
        self._producers = Producers(app, connections, patience)

    @property
    def supports(self) -> frozenset[str]:
        """Every option but `key`: Celery keeps no second task out."""
        return SUPPORTED

    async def submit(self, calls: Sequence[TaskCall]) -> None:
        """Queue the calls, one after the other.

        Args:
            calls: The tasks of one request, in order.

        Raises:
            EngineUnavailable: The broker cannot be reached, or refuses; `accepted` tells how many
                are queued all the same.
        """
        await self._threads.run(lambda stopped: self._publish(calls, stopped))

    async def __aenter__(self) -> Self:
        """Log problems at the app's startup; the broker is queried in the background."""
        warn_about(self.app)
        if is_redis(self.app):
            self._check = BrokerCheck(self.app)
        if self._embedded is not None:
            self._embedded.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close at the app's shutdown; `memory://` finishes what it accepted, within a limit."""
        if self._check is not None:
            self._check.end()
        await self._threads.run(lambda _: self._close())

    def _close(self) -> None:
        if self._embedded is not None:
            self._embedded.finish()
        self._producers.close()

    def _publish(self, calls: Sequence[TaskCall], stopped: Stopped) -> None:
        if self._embedded is not None:
            self._embedded.start()
        accepted = 0
        try:
            with self._producers.acquire() as producer:
                for call in calls:
                    if stopped():
                        return
                    self._task.apply_async(
                        (call.payload,),
                        task_id=call.id,
                        shadow=call.name,
                        countdown=call.options.delay or None,
                        producer=producer,
                        retry=False,
                    )
                    accepted += 1
        except (KombuError, OSError) as error:
            fact = (
                f"{self.app.connection_for_write().as_uri()} does not accept tasks: "
                f"{error or type(error).__name__}"
            )
            if accepted:
                fact += f"\n  of {len(calls)} tasks, the first {accepted} are queued and will run"
            raise EngineUnavailable(fact, accepted=accepted) from error
