"""A dependency and the path operation add to the same collection."""

from typing import Annotated

from fastapi import Depends, FastAPI

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


async def count(what: str) -> None:
    """Count something."""
    print(f"counted: {what}")


def write_log(line: str) -> None:
    """Write to a log."""
    print(f"logged: {line}")


def user(name: str, tasks: BackgroundTasks) -> str:
    """Return the user's name, and count the visit."""
    tasks.add_task(count, "visits")
    return name


@app.get("/greet")
def greet(name: Annotated[str, Depends(user)], tasks: BackgroundTasks) -> str:
    """Greet the user."""
    tasks.add_task(write_log, f"greeted {name}")
    return f"Hello {name}"
