"""A path operation adds a task that is missing an argument.

Subject: fastapi
"""

from fastapi import APIRouter

from typed_bg.fastapi import BackgroundTasks

router = APIRouter()


def write_notification(email: str, message: str) -> None:
    """Write a notification."""


@router.post("/send-notification/{email}")
def send_notification(email: str, background_tasks: BackgroundTasks) -> dict[str, str]:
    """Queue a notification."""
    background_tasks.add_task(write_notification, email)  # E: missing-argument
    return {"message": "Notification sent in the background"}


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    send_notification("a", tasks)
