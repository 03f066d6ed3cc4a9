"""A target without parameters is added without arguments.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def ping() -> None:
    """Ping."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(ping)
