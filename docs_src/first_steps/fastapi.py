"""A signup page that sends an email after the response: FastAPI."""

from fastapi import FastAPI

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def send_email(to: str, subject: str, *, retries: int = 3) -> None:
    """Send an email."""
    print(f"to {to}: {subject}")


@app.post("/signup/{email}")
async def signup(email: str, tasks: BackgroundTasks) -> dict[str, str]:
    """Respond immediately, and send the email afterwards."""
    tasks.add_task(send_email, email, "Welcome", retries=5)
    return {"status": "ok"}
