"""A user-defined class that is an engine because it has the right methods.

Subject: engines
"""

from collections.abc import Sequence

from starlette.applications import Starlette

from typed_bg import BackgroundTasks
from typed_bg.engines import TaskCall, use


class Queue:
    """Takes tasks."""

    supports = frozenset({"delay"})

    async def submit(self, calls: Sequence[TaskCall]) -> None:
        """Take them."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    use(Starlette(), engine=Queue())
    tasks.engine = Queue()
