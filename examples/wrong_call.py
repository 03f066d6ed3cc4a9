"""The notifications example with a typo in one call: `mesage` instead of `message`.

Type checkers reject it, and `add_task` raises an error before the response is sent. With FastAPI's
own class, the client would get a 200, and the notification would never be written.
"""

from pathlib import Path

from fastapi import FastAPI

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def write_notification(email: str, message: str = "") -> None:
    Path("log.txt").write_text(f"notification for {email}: {message}", encoding="utf-8")


@app.post("/send-notification/{email}")
async def send_notification(email: str, background_tasks: BackgroundTasks) -> dict[str, str]:
    background_tasks.add_task(write_notification, email, mesage="some notification")
    return {"message": "Notification sent in the background"}
