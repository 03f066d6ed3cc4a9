"""A handler called like a function, its tasks run by the test."""

import asyncio

from docs_src.first_steps.fastapi import send_email, signup
from typed_bg.fastapi import CheckedBackgroundTasks


def test_handler() -> None:
    """The collection is made by the test."""
    tasks = CheckedBackgroundTasks()
    asyncio.run(signup("new@example.org", tasks))
    assert [task.func for task in tasks.tasks] == [send_email]
    asyncio.run(tasks())
