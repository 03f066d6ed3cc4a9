"""The worker's side of an engine: run a queued task.

```python
async def consume(queue: MyQueue) -> None:
    async for payload in queue:
        message = loads(payload)
        with anyio.fail_after(message.options.timeout):
            await execute(message)
```
"""

from __future__ import annotations

from typing import Annotated

from typing_extensions import Doc

from typed_bg.background import new_task
from typed_bg.engines.argument_codec import codec_of
from typed_bg.engines.lookup import find
from typed_bg.engines.message import Message, loads
from typed_bg.engines.propagation import restored
from typed_bg.exceptions import TaskError

__all__ = ["Message", "TooManyDeliveriesError", "execute", "loads"]


class TooManyDeliveriesError(Exception):
    """A task was delivered repeatedly because its process died each time. Do not retry it."""

    @classmethod
    def of(cls, message: Message, deliveries: int) -> TooManyDeliveriesError:
        """Describe a task that was delivered too often."""
        added = f", added at {message.location}," if message.location else ""
        return cls(
            f"{message.name}{added} was delivered {deliveries} times and has never ended: its "
            "worker's process died each time, or was stopped\n"
            "  does the task run out of memory, or crash the interpreter? The limit is the "
            "engine's max_deliveries="
        )


async def execute(
    message: Annotated[
        str | Message, Doc("`TaskCall.payload`, or the message that `loads` has read from it.")
    ],
) -> None:
    """Run a task: an `async def` on this event loop, a `def` in a thread.

    Args:
        message: `TaskCall.payload`, or the message that `loads` has read from it.

    Raises:
        UnknownTaskError: This code has no function of that name: put the task back for later.
        TaskArgumentError: The function does not take the arguments any more: do not retry it.
        TaskTargetError: The function of that name cannot be run as a task: do not retry it.
        TaskPayloadError: What was queued cannot be read back: do not retry it.
        Exception: What the function raised.
    """
    if isinstance(message, str):
        message = loads(message)
    func = find(message.name)
    args, kwargs = codec_of(func).decode(message.args, message.kwargs)
    added = message.location
    with restored(message.context):
        try:
            task = new_task(func, args, kwargs)
        except TaskError as error:
            if added is None:
                raise
            # The first detail is the line above: the handler's is what helps.
            details = (f"added at {added}", *error.details[1:])
            raise type(error)(error.fact, target=error.target, details=details) from None
        if added is not None:
            task._added = added  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # of this package
        await task()
