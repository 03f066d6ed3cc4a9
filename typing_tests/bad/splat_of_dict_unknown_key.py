"""A dict with a key that the target lacks is unpacked: its type does not name its keys.

Subject: splats
"""

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "") -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    options: dict[str, str] = {"subjet": "hello"}
    tasks.add_task(send, "a", **options)  # E: unknown-keyword
