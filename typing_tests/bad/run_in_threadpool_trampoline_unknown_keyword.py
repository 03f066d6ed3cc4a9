"""Starlette's run_in_threadpool passes on an unknown keyword.

Subject: trampolines

pyrefly accepts any arguments if the target has its own ParamSpec.
"""

from starlette.concurrency import run_in_threadpool

from typed_bg import BackgroundTasks


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run_in_threadpool, send, "a", copies=2)  # E: no-solution
