"""What a worker does with a task that an engine brings: look the function up, and run it."""

from __future__ import annotations

import json
from typing import Annotated, Any

from typing_extensions import Doc

from typed_bg._core.engine import TaskOptions
from typed_bg._core.registry import find
from typed_bg.background import new_task
from typed_bg.engines.arguments import FORMAT, codec_of
from typed_bg.engines.propagation import restored
from typed_bg.exceptions import TaskPayloadError


async def execute(
    payload: Annotated[str, Doc("`TaskCall.payload`, as it was handed over.")],
) -> None:
    """Run a task: an `async def` on this event loop, a `def` in a thread.

    Args:
        payload: `TaskCall.payload`, as it was handed over.

    Raises:
        UnknownTaskError: This code has no function of that name: put the task back for later.
        TaskArgumentError: The function does not take the arguments any more: do not try again.
        TaskTargetError: What has that name cannot be run as a task: do not try again.
        TaskPayloadError: What was queued cannot be read back: do not try again.
        Exception: What the function raised.
    """
    read = _read(payload)
    func = find(read["task"])
    args, kwargs = codec_of(func).decode(read["args"], read["kwargs"])
    with restored(read.get("context", {})):
        await new_task(func, args, kwargs)()


def options_of(
    payload: Annotated[str, Doc("`TaskCall.payload`, as it was handed over.")],
) -> TaskOptions:
    """Return the options that a task was handed over with.

    Args:
        payload: `TaskCall.payload`, as it was handed over.

    Raises:
        TaskPayloadError: What was queued cannot be read back.
    """
    options = _read(payload).get("options", {})
    try:
        return TaskOptions(**options)
    except TypeError as error:
        raise TaskPayloadError(
            f"a task was queued with options that this release does not have: {options!r:.100}",
            target=payload,
            details=(f"{error}", "update typed_bg in the worker before the web process"),
        ) from None


_FORM = {"task": str, "args": list, "kwargs": dict}


def _read(payload: str) -> dict[str, Any]:
    why = "it does not have their form"
    try:
        read: dict[str, Any] = json.loads(payload)
        found = read["typed_bg"]
        fits = found != FORMAT or all(isinstance(read[it], kind) for it, kind in _FORM.items())
    except (ValueError, KeyError, TypeError) as error:
        fits, found, read = False, None, dict[str, Any]()
        why = f"{type(error).__name__}: {error}"
    if not fits:
        raise TaskPayloadError(
            f"what was queued is no task of typed_bg: {payload[:60]!r}",
            target=payload,
            details=(why, "who else writes to this queue?"),
        )
    if found != FORMAT:
        raise TaskPayloadError(
            f"what was queued has format {found!r}, and this release reads {FORMAT}",
            target=payload,
            details=("update typed_bg in the worker before the web process",),
        )
    return read
