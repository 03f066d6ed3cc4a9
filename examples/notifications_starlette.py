"""The notifications example with Starlette, where you create the collection yourself.

Serve it with `uvicorn notifications_starlette:app`.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from typed_bg import BackgroundTask, BackgroundTasks


def write_notification(email: str, message: str = "") -> None:
    Path("log.txt").write_text(f"notification for {email}: {message}", encoding="utf-8")


async def count_notification(counter: str, *, step: int = 1) -> None:
    counts[counter] = counts.get(counter, 0) + step


counts: dict[str, int] = {}


async def send_notification(request: Request) -> JSONResponse:
    tasks = BackgroundTasks()
    tasks.add_task(write_notification, request.path_params["email"], message="some notification")
    tasks.add_task(count_notification, "notifications")
    content = {"message": "Notification sent in the background"}
    return JSONResponse(content, background=tasks)


async def remind(request: Request) -> JSONResponse:
    email: str = request.path_params["email"]
    task = BackgroundTask(write_notification, email, message="a reminder")
    return JSONResponse({"message": "Reminder sent in the background"}, background=task)


app = Starlette(
    routes=[
        Route("/send-notification/{email}", send_notification, methods=["POST"]),
        Route("/remind/{email}", remind, methods=["POST"]),
    ]
)
