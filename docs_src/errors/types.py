"""A call that no type checker sees, because the handler has no annotations for its values."""

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from typed_bg.fastapi import BackgroundTasks, task_options

app = FastAPI(dependencies=[task_options(check_types=True)])


async def send_email(to: str, retries: int = 3) -> None:
    """Send an email."""


@app.post("/signup")
async def signup(request: Request, tasks: BackgroundTasks) -> None:
    """Add a task with values from JSON, which can have any type."""
    data = await request.json()
    tasks.add_task(send_email, data["to"], retries=data["retries"])


if __name__ == "__main__":
    try:
        TestClient(app).post("/signup", json={"to": "new@example.org", "retries": "5"})
    except TypeError as error:
        print(error)
