"""A path operation adds a task with an argument of the wrong type.

Subject: fastapi
"""

from fastapi import FastAPI

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def write_notification(email: str, message: str = "") -> None:
    """Write a notification."""


@app.post("/send-notification/{email}")
def send_notification(email: str, background_tasks: BackgroundTasks) -> dict[str, str]:
    """Queue a notification."""
    background_tasks.add_task(write_notification, email, message=None)  # E: argument-type
    return {"message": "Notification sent in the background"}


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    send_notification("a", tasks)
