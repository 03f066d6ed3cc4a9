"""Starlette's run_in_threadpool with the function and its arguments.

Subject: trampolines
"""

from starlette.concurrency import run_in_threadpool

from typed_bg import BackgroundTasks


def send(to: str, copies: int) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run_in_threadpool, send, "a", copies=2)
