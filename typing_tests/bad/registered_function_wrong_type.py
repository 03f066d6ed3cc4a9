"""A registered function gets an argument of the wrong type.

Subject: engines
"""

from typed_bg import BackgroundTasks, task


@task(name="registered_function_wrong_type.send")
def send(to: str, *, retries: int = 3) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, 1)  # E: argument-type
