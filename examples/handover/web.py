"""A web app whose tasks run in workers. Run each command in its own terminal in this folder:

    redis-server --appendonly yes
    typed-bg worker web:app
    uvicorn web:app

Then open http://127.0.0.1:8000/docs and send requests. The worker writes into the folder `outbox`.
You need Debian's `redis-server`, and `pip install 'typed-bg[check,docket,fastapi]' uvicorn`.
"""

import os
from datetime import date, timedelta
from typing import Any

from fastapi import FastAPI
from tasks import Invoice, send_reminder, send_welcome, write_invoice

from typed_bg.docket import DocketEngine
from typed_bg.engines import use
from typed_bg.fastapi import BackgroundTasks

app = FastAPI()
use(app, engine=DocketEngine(os.environ.get("REDIS_URL", "redis://localhost:6379/0")))


@app.post("/signup/{email}")
async def signup(email: str, name: str, tasks: BackgroundTasks) -> dict[str, str]:
    """Queue two tasks. Redis accepts both, or the client gets a 503."""
    tasks.add_task(send_welcome, email, name=name)
    # The key allows one reminder at a time. The delay is short so that you can watch it.
    tasks.add(send_reminder, key=email, delay=5)(email)
    return {"message": "Welcome email on its way"}


@app.post("/orders/{number}")
async def order(number: int, email: str, cents: int, tasks: BackgroundTasks) -> dict[str, str]:
    """Queue a plain function with a model as its argument."""
    due = date.today() + timedelta(days=14)  # noqa: DTZ011  # the shop's local date
    invoice = Invoice(number=number, email=email, cents=cents, due=due)
    tasks.add_task(write_invoice, invoice)
    return {"message": "Invoice on its way"}


@app.post("/events/signup")
async def event(fields: dict[str, Any], tasks: BackgroundTasks) -> dict[str, str]:
    """Queue arguments that no type checker can check. They are checked when the task is added."""
    tasks.add_task(send_welcome, **fields)
    return {"message": "Welcome email on its way"}
