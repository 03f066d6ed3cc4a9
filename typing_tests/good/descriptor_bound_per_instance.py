"""A descriptor that binds the instance, as functions do.

Subject: callable objects
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


class Sending:
    """Gives each instance its function."""

    def __get__(self, instance: "Mailer", owner: type | None = None) -> Callable[[str], None]:
        """Bind the instance."""

        def send(to: str) -> None:
            """Send an email."""
            instance.sent.append(to)

        return send


class Mailer:
    """Sends emails."""

    send = Sending()

    def __init__(self) -> None:
        self.sent: list[str] = []


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Mailer().send, "a")
