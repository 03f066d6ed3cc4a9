"""Targets that every checker accepts, and whose body never runs."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from starlette.background import BackgroundTasks
from typed_bg import BackgroundTasks as Checked


async def wait(user: str) -> None: ...


def lines(user: str) -> Iterator[str]:
    yield user


async def events(user: str) -> AsyncIterator[str]:
    yield user


@contextmanager
def opened(user: str) -> Iterator[str]:
    yield user


def handler(tasks: BackgroundTasks, checked: Checked, user: str) -> None:
    tasks.add_task(lines, user)
    tasks.add_task(events, user)
    tasks.add_task(opened, user)
    tasks.add_task(lambda: wait(user))
    tasks.add_task(lambda: print(user))
    tasks.add_task(wait(user))
    checked.add_task(lambda: wait(user))
    tasks.add_task(wait, user)
