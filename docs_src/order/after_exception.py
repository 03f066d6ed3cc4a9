"""A task that runs although the handler raises."""

from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


@app.get("/secret")
async def secret(tasks: BackgroundTasks) -> None:
    """Write an audit log, also for those who are turned away."""
    tasks.add(print, on_exception="run")("audit: /secret was requested")
    raise HTTPException(403)


if __name__ == "__main__":
    print(TestClient(app).get("/secret").status_code)
