"""An unpacked dict has an unknown key, but its type does not list its keys.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "") -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    options: dict[str, str] = {"subjet": "hello"}
    tasks.add_task(send, "a", **options)  # E: unknown-keyword
