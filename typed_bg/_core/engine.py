"""The interface of an engine, and the data that it gets."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003  # a person may ask for the type hints
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, runtime_checkable

from typing_extensions import Doc


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """The options of one task that an engine must follow.

    Attributes:
        key: While a task with this key waits or runs, another one with it is not accepted.
        delay: Seconds to wait before the task may start, from when the engine accepts it.
        retries: How many times to retry the task if it fails.
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
    """A service that runs tasks in other processes.

    An engine that is an async context manager is entered when the app starts, and left when it
    stops; entering does not wait for a broker, so that the app starts while that is down.
    """

    @property
    def supports(self) -> frozenset[str]:
        """The names of the `TaskOptions` that it supports; other options are rejected."""
        ...

    async def submit(
        self,
        calls: Annotated[Sequence[TaskCall], Doc("Tasks of one request, in order.")],
    ) -> None:
        """Accept tasks; all or none, if the engine can do that.

        Args:
            calls: Tasks of one request, in order.

        Raises:
            EngineUnavailable: It did not accept them all.
        """
        ...


EngineChoice = Engine | Literal["in_process"]


def first_chosen(*choices: EngineChoice | None) -> Engine | None:
    """Return the engine that was chosen first; `None` for in process."""
    for choice in choices:
        if isinstance(choice, str):
            return None
        if choice is not None:
            return choice
    return None
