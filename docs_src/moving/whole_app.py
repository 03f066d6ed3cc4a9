"""All collections of an app are checked, whatever class the handlers name."""

from fastapi import BackgroundTasks, FastAPI
from fastapi.testclient import TestClient

from typed_bg.fastapi import CheckedBackgroundTasks, task_options

app = FastAPI(dependencies=[task_options()])


@app.get("/")
async def handler(tasks: BackgroundTasks) -> bool:
    """Tell whether the collection is a checked one."""
    return isinstance(tasks, CheckedBackgroundTasks)


if __name__ == "__main__":
    print(TestClient(app).get("/").json())
