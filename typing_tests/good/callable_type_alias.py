"""A callable typed with a type alias.

Subject: callable objects
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from typed_bg import BackgroundTasks

Handler: TypeAlias = Callable[[str], Awaitable[None]]


async def greet(name: str) -> None:
    """Greet."""


handlers: dict[str, Handler] = {"greet": greet}


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(handlers["greet"], "a")
