"""The import that looks right: FastAPI injects its own class for it."""

from fastapi import FastAPI

from typed_bg import BackgroundTasks  # not this one: typed_bg.fastapi has FastAPI's
from typed_bg.fastapi import misannotated_handlers

app = FastAPI()


@app.post("/signup")
async def signup(tasks: BackgroundTasks) -> None:
    """Get an unchecked collection."""


if __name__ == "__main__":
    for line in misannotated_handlers(app):
        print(line)
