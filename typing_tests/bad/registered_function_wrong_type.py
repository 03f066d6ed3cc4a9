"""An argument of the wrong type for a registered function.

Subject: engines
"""

from typed_bg import BackgroundTasks, task


@task(name="registered_function_wrong_type.send")
def send(to: str, *, retries: int = 3) -> None:
    """Send a mail."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, 1)  # E: argument-type
