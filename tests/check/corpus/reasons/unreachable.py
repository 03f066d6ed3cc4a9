"""Branches that a checker skips."""

import sys
from typing import TYPE_CHECKING

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    if sys.platform == "win32":
        tasks.add_task(report, user)
    if sys.version_info < (3, 8):
        tasks.add_task(report, user)
    if not TYPE_CHECKING:
        tasks.add_task(report, user)
    if False:
        tasks.add_task(report, user)
    return
    tasks.add_task(report, user)
