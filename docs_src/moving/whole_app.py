"""Check every collection of an app, whichever class the handlers use."""

from fastapi import BackgroundTasks, FastAPI
from fastapi.testclient import TestClient

import typed_bg
from typed_bg.fastapi import task_options

app = FastAPI(dependencies=[task_options()])


@app.get("/")
async def handler(tasks: BackgroundTasks) -> bool:
    """Return whether the collection is checked."""
    return isinstance(tasks, typed_bg.BackgroundTasks)


if __name__ == "__main__":
    print(TestClient(app).get("/").json())
