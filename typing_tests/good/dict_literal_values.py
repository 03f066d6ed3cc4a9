"""A dict literal whose type is inferred from the parameter.

Subject: values
"""

from collections.abc import Mapping

from typed_bg import BackgroundTasks


def send(headers: dict[str, str], options: Mapping[str, float | None]) -> None:
    """Send with headers."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, {"a": "b"}, options={"wait": 1, "retry": None})
