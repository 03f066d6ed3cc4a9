"""What fails in a worker names the line of the handler that added it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Sequence  # noqa: TC003

import pytest

import typed_bg
from typed_bg.engines import TaskCall  # noqa: TC001
from typed_bg.engines.worker import TooManyDeliveriesError, execute, loads
from typed_bg.exceptions import TaskArgumentError

HERE = f"{__file__}:"


class Recording:
    supports: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.payloads: list[str] = []

    async def submit(self, calls: Sequence[TaskCall]) -> None:
        self.payloads += [call.payload for call in calls]


@typed_bg.task(name="fails-in-worker")
def fails(number: int = 0) -> None:
    msg = "boom"
    raise ValueError(msg)


async def queued(*, by: str) -> str:
    engine = Recording()
    tasks = typed_bg.BackgroundTasks(engine=engine)
    if by == "add_task":
        tasks.add_task(fails, 1)  # here: add_task
    elif by == "add":
        tasks.add(fails)(1)  # here: add
    else:
        tasks.tasks.append(typed_bg.BackgroundTask(fails, 1))
    await tasks()
    return engine.payloads[0]


def line_of(text: str) -> int:
    with open(__file__, encoding="utf-8") as file:  # noqa: PTH123
        return next(number for number, line in enumerate(file, 1) if f"# here: {text}\n" in line)


@pytest.mark.parametrize("by", ["add_task", "add"])
def test_what_a_task_raises_names_the_handlers_line(by: str) -> None:
    async def work() -> None:
        await asyncio.ensure_future(execute(await queued(by=by)))

    with pytest.raises(ValueError, match="boom") as caught:
        asyncio.run(work())
    assert f"added at {HERE}{line_of(by)}, in queued" in "".join(
        traceback.format_exception(caught.value)
    )


def test_arguments_that_do_not_fit_any_more_name_it_too() -> None:
    payload = asyncio.run(queued(by="add_task")).replace('"args":[1]', '"args":[1,2]')
    with pytest.raises(TaskArgumentError) as caught:
        asyncio.run(execute(payload))
    assert caught.value.details[0] == f"added at {HERE}{line_of('add_task')}, in queued"
    assert "defined at" in caught.value.details[1]


def test_a_task_that_kills_its_worker_is_named_with_its_line() -> None:
    message = loads(asyncio.run(queued(by="add_task")))
    text = str(TooManyDeliveriesError.of(message, 5))
    assert f"fails-in-worker, added at {HERE}{line_of('add_task')}" in text
