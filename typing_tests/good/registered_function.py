"""A registered function keeps its type.

Subject: engines
"""

from typed_bg import BackgroundTasks, task


@task(name="registered_function.send", aliases=["registered_function.mail"])
def send(to: str, *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, "a", retries=2)
    send("a", retries=2)
