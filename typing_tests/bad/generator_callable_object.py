"""An object whose __call__ is a generator function: calling it does not run its body.

Subject: run time only
"""

from collections.abc import Iterator

from typed_bg import BackgroundTasks

ran: list[str] = []


class SendAll:
    """Sends to each."""

    def __call__(self, names: list[str]) -> Iterator[str]:
        """Send to each."""
        for name in names:
            ran.append(name)
            yield name


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(SendAll(), ["a"])  # E: run-time-only
