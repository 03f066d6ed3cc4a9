"""Executor.submit passes on too few arguments.

Subject: trampolines

pyrefly accepts any arguments if the target has its own ParamSpec.
"""

from concurrent.futures import ThreadPoolExecutor

from typed_bg import BackgroundTasks

executor = ThreadPoolExecutor(max_workers=1)


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(executor.submit, send, "a")  # E: no-solution
