"""Call the handler as a function, and run its tasks in the test."""

import asyncio

from docs_src.first_steps.fastapi import send_email, signup
from typed_bg.fastapi import BackgroundTasks


def test_handler() -> None:
    """Pass a collection to the handler."""
    tasks = BackgroundTasks()
    asyncio.run(signup("new@example.org", tasks))
    assert [task.func for task in tasks.tasks] == [send_email]
    asyncio.run(tasks())
