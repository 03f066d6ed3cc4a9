"""A web app whose tasks run in workers. In this folder, each in a terminal of its own:

    redis-server --appendonly yes
    typed-bg worker web:app
    uvicorn web:app

Then open http://127.0.0.1:8000/docs and send requests; the worker writes into the folder `outbox`.
It needs Debian's `redis-server`, and `pip install 'typed-bg[check,docket,fastapi]' uvicorn`.
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
    """Hand two tasks over: Redis takes both, or the client gets a 503."""
    tasks.add_task(send_welcome, email, name=name)
    # One reminder at a time, however often the client asks; the seconds are few so that you see it.
    tasks.add(send_reminder, key=email, delay=5)(email)
    return {"message": "Welcome mail on its way"}


@app.post("/orders/{number}")
async def order(number: int, email: str, cents: int, tasks: BackgroundTasks) -> dict[str, str]:
    """Hand a plain function over, with a model."""
    due = date.today() + timedelta(days=14)  # noqa: DTZ011  # the shop's own day
    invoice = Invoice(number=number, email=email, cents=cents, due=due)
    tasks.add_task(write_invoice, invoice)
    return {"message": "Invoice on its way"}


@app.post("/events/signup")
async def event(fields: dict[str, Any], tasks: BackgroundTasks) -> dict[str, str]:
    """Hand over what no type checker can see: what fits the task is known when it is added."""
    tasks.add_task(send_welcome, **fields)
    return {"message": "Welcome mail on its way"}
