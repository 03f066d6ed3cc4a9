"""A list literal whose type is inferred from the parameter.

Subject: values
"""

from collections.abc import Sequence

from typed_bg import BackgroundTasks


def send(to: list[str | None], copies: Sequence[float]) -> None:
    """Send emails."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, ["a", None], copies=[1, 2])
    tasks.add_task(send, [], ())
