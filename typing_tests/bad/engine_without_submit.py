"""An engine without a submit method.

Subject: engines
"""

from starlette.applications import Starlette

from typed_bg import BackgroundTasks
from typed_bg.engines import use


class Queue:
    """Takes no tasks."""

    supports = frozenset({"delay"})


def main(_tasks: BackgroundTasks) -> None:
    """Use the engine."""
    use(Starlette(), engine=Queue())  # E: argument-type
