"""A bound generator method: calling it does not run its body.

Subject: run time only
"""

from collections.abc import Iterator

from typed_bg import BackgroundTasks

ran: list[str] = []


class Mailer:
    """Sends emails."""

    def send_all(self, names: list[str]) -> Iterator[str]:
        """Send to each."""
        for name in names:
            ran.append(name)
            yield name


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().send_all, ["a"])  # E: run-time-only
