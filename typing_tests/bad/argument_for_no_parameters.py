"""An argument is passed to a target without parameters.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def ping() -> None:
    """Ping."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(ping, 1)  # E: too-many-arguments
