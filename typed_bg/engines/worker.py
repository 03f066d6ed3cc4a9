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
from typed_bg.engines.arguments import codec_of
from typed_bg.engines.lookup import find
from typed_bg.engines.message import Message, loads
from typed_bg.engines.propagation import restored

__all__ = ["Message", "execute", "loads"]


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
        TaskArgumentError: The function does not take the arguments any more: do not try again.
        TaskTargetError: The function of that name cannot be run as a task: do not try again.
        TaskPayloadError: What was queued cannot be read back: do not try again.
        Exception: What the function raised.
    """
    if isinstance(message, str):
        message = loads(message)
    func = find(message.name)
    args, kwargs = codec_of(func).decode(message.args, message.kwargs)
    with restored(message.context):
        await new_task(func, args, kwargs)()
