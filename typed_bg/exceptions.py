"""Every error that the library raises."""

from __future__ import annotations

from typing import Annotated, Any

from typing_extensions import Doc

__all__ = [
    "EngineUnavailable",
    "MissingCallError",
    "TaskArgumentError",
    "TaskError",
    "TaskOptionError",
    "TaskPayloadError",
    "TaskTargetError",
    "UnknownTaskError",
]


class TaskError(TypeError):
    """A background task was rejected when it was added; the collection is unchanged.

    The text has three parts: what does not fit, where the task was added and what it expects, and
    what to write instead where that can be known.
    """

    def __init__(
        self,
        fact: Annotated[str, Doc("What does not fit, in one line.")],
        *,
        target: Annotated[object, Doc("What was given as the task.")],
        details: Annotated[tuple[str, ...], Doc("Further lines: cause first, remedy last.")] = (),
    ) -> None:
        """Compose the error's text.

        Args:
            fact: What does not fit, in one line.
            target: What was given as the task.
            details: Further lines: cause first, remedy last.
        """
        super().__init__("\n  ".join((fact, *details)))
        self.fact = fact
        self.target = target
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by way of the keyword-only constructor."""
        return _restore, (type(self), self.fact, self.target, self.details), self.__dict__


class TaskArgumentError(TaskError):
    """The arguments do not fit the signature of the task's function.

    `fact` is the text of the `TypeError` that calling the function would raise. Functions written
    in C have texts of their own, which only a call brings out. With `check_types`, the error is
    also raised for an argument that does not have the type of its parameter.
    """


class TaskTargetError(TaskError):
    """The object cannot be run as a task.

    It is no callable, an awaitable in place of the function that makes it, or a generator function,
    whose body would never run.
    """


class MissingCallError(TaskError):
    """`tasks.add(send)` was not followed by the call that takes the task's arguments.

    Raised when the collection has run: its other tasks are not to be lost with this one.
    """


class TaskOptionError(TaskError):
    """An option of a task is invalid, or the engine does not support it."""


class TaskPayloadError(TaskError):
    """An argument of a task cannot be sent to another process, or read there.

    Raised when the task is added; in a worker, where what was queued fits the function no more.
    """


class EngineUnavailable(Exception):  # noqa: N818  # a state of the engine, as in "503 Service Unavailable"
    """An engine did not accept tasks: it is unreachable, does not answer, or is full."""

    def __init__(
        self,
        fact: Annotated[str, Doc("What happened, with the likely cause and the remedy.")],
        *,
        accepted: Annotated[
            int,
            Doc("How many of the calls, from the first on, it is known to have accepted before."),
        ] = 0,
    ) -> None:
        """Compose the error.

        Args:
            fact: What happened, with the likely cause and the remedy.
            accepted: How many of the calls, from the first on, it is known to have accepted before.
        """
        super().__init__(fact)
        self.accepted = accepted


class UnknownTaskError(LookupError):
    """A worker got a task whose name does not match any function in its code."""


def _restore(
    kind: type[TaskError], fact: str, target: object, details: tuple[str, ...]
) -> TaskError:
    return kind(fact, target=target, details=details)
