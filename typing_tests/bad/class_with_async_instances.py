"""A class whose instances are async callables: the class itself is a plain callable.

Subject: run time only

Starlette finds the class's async `__call__` and awaits an instance.
"""

from typed_bg import BackgroundTasks

ran: list[str] = []


class Notifier:
    """Notifies."""

    def __init__(self, user: str) -> None:
        ran.append(user)

    async def __call__(self) -> None:
        """Notify."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Notifier, "a")  # E: run-time-only
