"""What an engine is, and what it gets."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003  # a person may ask for the type hints
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, runtime_checkable

from typing_extensions import Doc


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """What is asked of an engine for one task, beside its arguments.

    Attributes:
        key: While a task with this key waits or runs, another one with it is not accepted.
        delay: Seconds from the hand-over until the task may start.
        retries: How many further attempts follow one that failed.
        retry_delay: Seconds between two attempts.
        timeout: Seconds that an attempt may run.
    """

    key: str | None = None
    delay: float = 0
    retries: int = 0
    retry_delay: float = 1
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class TaskCall:
    """A task as an engine gets it.

    Attributes:
        id: Unique among all tasks.
        name: The function's name, `"app.mail:send_email"` or the one that it was given.
        payload: JSON text with the name, the arguments, the options and the context of the request:
            what `typed_bg.engines.worker.execute` takes in a worker.
        options: What is asked of the engine.
    """

    id: str
    name: str
    payload: str
    options: TaskOptions


@runtime_checkable
class Engine(Protocol):
    """What runs tasks in other processes.

    An engine that is an async context manager is entered when the app starts, and left when it
    stops; entering does not wait for a broker, so that the app starts while that is down.
    """

    @property
    def supports(self) -> frozenset[str]:
        """The names of the `TaskOptions` that it honours; others are refused."""
        ...

    async def submit(
        self,
        calls: Annotated[Sequence[TaskCall], Doc("Tasks of one request, in order.")],
    ) -> None:
        """Accept tasks, all or none where it can.

        Args:
            calls: Tasks of one request, in order.

        Raises:
            EngineUnavailable: It did not accept them all.
        """
        ...


EngineChoice = Engine | Literal["in_process"]


def first_chosen(*choices: EngineChoice | None) -> Engine | None:
    """Return the engine that was chosen first; `None` for in process."""
    for it in choices:
        if isinstance(it, str):
            return None
        if it is not None:
            return it
    return None
