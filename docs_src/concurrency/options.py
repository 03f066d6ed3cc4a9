"""Options for an app, a router and a single path operation."""

from fastapi import APIRouter, FastAPI

from typed_bg.fastapi import BackgroundTasks, task_options

app = FastAPI(dependencies=[task_options(on_error="continue")])
router = APIRouter(dependencies=[task_options(max_concurrency=4)])


async def notify(who: str) -> None:
    """Notify someone."""


@router.post("/orders")
async def order(tasks: BackgroundTasks) -> None:
    """Notify both at once, even if one of them fails."""
    tasks.add_task(notify, "the warehouse")
    tasks.add_task(notify, "the customer")


@router.post("/payments", dependencies=[task_options(max_concurrency=1, on_error="stop")])
async def pay(tasks: BackgroundTasks) -> None:
    """Notify one after the other, and stop at the first error."""
    tasks.add_task(notify, "the accounts")
    tasks.add_task(notify, "the customer")


app.include_router(router)
