"""With the checked class. Only the import is different."""

from fastapi import FastAPI

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def write_notification(email: str, message: str = "") -> None:
    """Write a notification."""


@app.post("/send-notification/{email}")
async def send_notification(email: str, background_tasks: BackgroundTasks) -> dict[str, str]:
    """Send a notification."""
    background_tasks.add_task(write_notification, email, message="some notification")
    return {"message": "Notification sent in the background"}
