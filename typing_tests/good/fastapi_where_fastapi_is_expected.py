"""The injected collection, passed where FastAPI's and Starlette's own classes are expected.

Subject: fastapi
"""

import fastapi
from starlette import background
from starlette.responses import JSONResponse

from typed_bg.fastapi import BackgroundTasks


def write_log(message: str) -> None:
    """Write to the log."""


def audit(background_tasks: fastapi.BackgroundTasks) -> None:
    """Take FastAPI's class."""
    background_tasks.add_task(write_log, "audit")


def count(background_tasks: background.BackgroundTasks) -> int:
    """Take Starlette's class."""
    return len(background_tasks.tasks)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    audit(tasks)
    count(tasks)
    JSONResponse({}, background=tasks)
