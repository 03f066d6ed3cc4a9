"""This import looks right, but FastAPI replaces the class with its own."""

from fastapi import FastAPI

from typed_bg import BackgroundTasks  # wrong: use typed_bg.fastapi
from typed_bg.fastapi import misannotated_handlers

app = FastAPI()


@app.post("/signup")
async def signup(tasks: BackgroundTasks) -> None:
    """Get an unchecked collection."""


if __name__ == "__main__":
    for line in misannotated_handlers(app):
        print(line)
