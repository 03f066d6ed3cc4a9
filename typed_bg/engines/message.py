"""The message that carries a task to a worker: JSON text, written and read only here."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

from typed_bg._core.engine import TaskOptions
from typed_bg._core.locations import Location
from typed_bg.exceptions import TaskPayloadError

FORMAT = 1
_TYPES = {
    "id": str,
    "task": str,
    "args": list,
    "kwargs": dict,
    "options": dict,
    "context": dict,
    "added": list,
}
_ABSENT: dict[str, Any] = {"options": {}, "context": {}, "added": []}
_compact = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Message:
    """A queued task, as a worker reads it.

    Attributes:
        id: The task's own id.
        name: The function's name.
        args: The positional arguments, encoded.
        kwargs: The keyword arguments, encoded.
        options: The options that it was queued with.
        context: The request's context: its trace and context variables.
        added: Where it was added: file, line and function; nothing if that is not known.
    """

    id: str
    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    options: TaskOptions
    context: dict[str, Any]
    added: list[Any]

    @property
    def location(self) -> Location | None:
        """Where it was added, if that is known."""
        return Location(0, -1, *self.added) if self.added else None


def dumps(  # noqa: PLR0913, PLR0917  # the parts of a message
    call_id: str,
    name: str,
    arguments: tuple[str, str],
    options: dict[str, Any],
    context: dict[str, Any],
    added: Location | None = None,
) -> str:
    """Write a message.

    Args:
        call_id: The task's own id.
        name: The function's name.
        arguments: The result of `Codec.encode`.
        options: The options of the task that differ from the defaults.
        context: The context to send with the task.
        added: Where it was added.
    """
    array, members = arguments
    place = added and [added.filename, added.line, added.function]
    optional = (("options", options), ("context", context), ("added", place))
    rest = "".join(f',"{key}":{_compact(value)}' for key, value in optional if value)
    return (
        f'{{"typed_bg":{FORMAT},"id":"{call_id}","task":{_compact(name)}{rest}'
        f',"args":{array},"kwargs":{members}}}'
    )


def loads(payload: str) -> Message:
    """Read a message.

    Raises:
        TaskPayloadError: This is not a message of typed_bg, or one of a newer release.
    """
    why = "its format is wrong"
    read: dict[str, Any] = {}
    try:
        read = {**_ABSENT, **json.loads(payload)}
        found = read["typed_bg"]
        fits = found != FORMAT or all(isinstance(read[key], kind) for key, kind in _TYPES.items())
    except (ValueError, KeyError, TypeError) as error:
        fits, found, read = False, None, dict[str, Any]()
        why = f"{type(error).__name__}: {error}"
    if not fits:
        raise TaskPayloadError(
            f"the queued message is not a task of typed_bg: {payload[:60]!r}",
            target=payload,
            details=(why, "does another program write to this queue?"),
        )
    if found != FORMAT:
        raise TaskPayloadError(
            f"the queued message has format {found!r}, but this release reads format {FORMAT}",
            target=payload,
            details=("update typed_bg in the worker before the web process",),
        )
    options = read["options"]
    try:
        parsed = TaskOptions(**options)
    except TypeError as error:
        raise TaskPayloadError(
            f"a task was queued with options that this release does not support: {options!r:.100}",
            target=payload,
            details=(f"{error}", "update typed_bg in the worker before the web process"),
        ) from None
    return Message(
        read["id"],
        read["task"],
        read["args"],
        read["kwargs"],
        parsed,
        read["context"],
        read["added"],
    )


def changed(options: TaskOptions) -> dict[str, Any]:
    """Return the options that differ from the defaults."""
    values = ((field, getattr(options, field.name)) for field in fields(TaskOptions))
    return {field.name: value for field, value in values if value != field.default}
