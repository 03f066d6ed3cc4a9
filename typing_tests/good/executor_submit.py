"""Executor.submit, typed with a ParamSpec.

Subject: trampolines
"""

from concurrent.futures import ThreadPoolExecutor

from typed_bg import BackgroundTasks

executor = ThreadPoolExecutor(max_workers=1)


def send(to: str, copies: int = 1) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(executor.submit, send, "a", copies=2)
