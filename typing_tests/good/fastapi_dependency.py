"""A dependency and its path operation add to the same collection.

Subject: fastapi
"""

from typing import Annotated

from fastapi import Depends, FastAPI

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def write_log(message: str) -> None:
    """Write to the log."""


def get_query(background_tasks: BackgroundTasks, q: str | None = None) -> str | None:
    """Log the query."""
    if q is not None:
        background_tasks.add_task(write_log, f"found query: {q}")
    return q


@app.post("/send-notification/{email}")
async def send_notification(
    email: str, background_tasks: BackgroundTasks, q: Annotated[str | None, Depends(get_query)]
) -> dict[str, str]:
    """Queue a message."""
    background_tasks.add_task(write_log, message=f"message to {email} {q}")
    return {"message": "Message sent"}


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    get_query(tasks, "a")
    tasks.add_task(send_notification, "a", tasks, None)
