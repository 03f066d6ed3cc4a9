"""Calls that every checker checks, in the forms in which they come."""

import functools

import starlette.background
from starlette.background import BackgroundTask
from starlette.background import BackgroundTasks as Tasks
from starlette.responses import JSONResponse


def report(user: str, subject: str = "", *, urgent: bool = False) -> None: ...


async def wait(seconds: float) -> None: ...


class Mailer:
    def __init__(self) -> None:
        self.tasks = Tasks()

    def send(self, user: str) -> None: ...

    def all(self, user: str) -> None:
        self.tasks.add_task(self.send, user)


class Queue(Tasks): ...


def handler(tasks: Tasks, queue: Queue, mailer: Mailer, user: str) -> JSONResponse:
    tasks.add_task(report, user)
    tasks.add_task(report, user, subject="hi", urgent=True)
    tasks.add_task(
        report,  # with a comment
        user,
        "hi",
    )
    tasks.add_task(func=report, user=user)
    tasks.add_task(wait, 1.5)
    queue.add_task(report, user)
    tasks.add_task(mailer.send, user)
    add = tasks.add_task
    add(report, user)
    starlette.background.BackgroundTasks().add_task(report, user)
    if user: tasks.add_task(report, user); tasks.add_task(report, user, "hi")
    return JSONResponse({}, background=BackgroundTask(report, user))
