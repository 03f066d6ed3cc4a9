"""In two steps, a task whose parameters have the same names as the options.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(name: str, key: str, timeout: float) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send)(name="a", key="b", timeout=1.5)
