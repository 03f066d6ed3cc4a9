"""A signup page that sends a mail after its response: FastAPI."""

from fastapi import FastAPI

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def send_email(to: str, subject: str, *, retries: int = 3) -> None:
    """Send an email."""
    print(f"to {to}: {subject}")


@app.post("/signup/{email}")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    """Answer at once; the mail goes out afterwards."""
    tasks.add_task(send_email, email, "Welcome", retries=5)
    return {"status": "ok"}
