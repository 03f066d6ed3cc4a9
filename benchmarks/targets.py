"""The targets that are added, each as a call on a collection `tasks`."""

from __future__ import annotations

import functools
from typing import Any


def plain(to: str, subject: str, retries: int = 3) -> None:
    """A `def` target."""


async def plain_async(to: str, subject: str, retries: int = 3) -> None:
    """An `async def` target."""


class Mailer:
    """Has a method, and is callable."""

    def send(self, to: str, subject: str) -> None:
        """A method."""

    def __call__(self, to: str, subject: str) -> None:
        """A callable object."""


def typed(to: str, copies: int | None = None, tags: list[str] | None = None) -> None:
    """A target whose types differ in how long it takes to check them."""


NAMES: dict[str, Any] = {
    "plain": plain,
    "plain_async": plain_async,
    "typed": typed,
    "tags": [f"tag {number}" for number in range(100)],
    "mailer": Mailer(),
    "partial": functools.partial(plain, "a@example.org"),
    "partial_async": functools.partial(plain_async, "a@example.org"),
    "nested": functools.partial(functools.partial(plain, "a@example.org"), retries=1),
}

# The subject and the call. Arguments are positional unless the subject says otherwise.
CALLS = {
    "def": "tasks.add_task(plain, 'a', 'b')",
    "async def": "tasks.add_task(plain_async, 'a', 'b')",
    "def, by keyword": "tasks.add_task(plain, to='a', subject='b')",
    "async def, by keyword": "tasks.add_task(plain_async, to='a', subject='b')",
    "bound method": "tasks.add_task(mailer.send, 'a', 'b')",
    "partial": "tasks.add_task(partial, 'b')",
    "partial, async": "tasks.add_task(partial_async, 'b')",
    "nested partial": "tasks.add_task(nested, 'b')",
    "callable object": "tasks.add_task(mailer, 'a', 'b')",
    "fresh lambda": "tasks.add_task(lambda: plain('a', 'b'))",
    "builtin": "tasks.add_task(print, 'a')",
    "class": "tasks.add_task(Exception, 'a')",
}

# What constructs a collection `made` of the class `kind` and adds tasks, and what makes a task.
COLLECTIONS = {
    "a collection": "made = kind()",
    "a collection, add one": "made = kind(); made.add_task(plain, 'a', 'b')",
    "a collection, add three": (
        "made = kind(); made.add_task(plain, 'a', 'b'); "
        "made.add_task(plain_async, to='a', subject='b'); made.add_task(mailer.send, 'a', 'b')"
    ),
}
TASK = "made = kind(plain, 'a', 'b')"

# For the check of types.
TYPED_CALLS = {
    "a str for str": "tasks.add_task(typed, 'a')",
    "an int for int | None": "tasks.add_task(typed, 'a', 1)",
    "a list of 3 for list[str] | None": "tasks.add_task(typed, 'a', tags=['a', 'b', 'c'])",
    "a list of 100 for list[str] | None": "tasks.add_task(typed, 'a', tags=tags)",
}
