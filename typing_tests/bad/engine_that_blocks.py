"""An engine whose submit method is not async.

Subject: engines
"""

from collections.abc import Sequence

from starlette.applications import Starlette

from typed_bg import BackgroundTasks
from typed_bg.engines import TaskCall, use


class Queue:
    """Takes tasks."""

    supports = frozenset({"delay"})

    def submit(self, calls: Sequence[TaskCall]) -> None:
        """Take them."""


def main(_tasks: BackgroundTasks) -> None:
    """Use the engine."""
    use(Starlette(), engine=Queue())  # E: argument-type
