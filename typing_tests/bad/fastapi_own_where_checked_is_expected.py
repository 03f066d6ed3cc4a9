"""FastAPI's own collection is passed where the checked one is expected.

Subject: fastapi
"""

import fastapi

from typed_bg.fastapi import BackgroundTasks


def write_log(message: str) -> None:
    """Write to the log."""


def audit(background_tasks: BackgroundTasks) -> None:
    """Take the checked class."""
    background_tasks.add_task(write_log, "audit")


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    audit(tasks)
    audit(fastapi.BackgroundTasks())  # E: argument-type
