"""A partial, in two steps.

Subject: two steps
"""

import functools

from typed_bg import BackgroundTasks


def send(to: str, subject: str = "", *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(functools.partial(send, "a"))(retries=2)
