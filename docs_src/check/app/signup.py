"""The signup page of the shop."""

from fastapi import APIRouter, BackgroundTasks

from app.mail import send_email, write_log

router = APIRouter()


@router.post("/signup/{to}")
async def signup(to: str, tasks: BackgroundTasks) -> None:
    """Sign a user up."""
    tasks.add_task(send_email, to, "Welcome", retry=5)
    tasks.add_task(write_log, f"{to} signed up")
