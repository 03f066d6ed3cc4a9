"""What every engine does with tasks: through real workers, and in the process of the app."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from harness import calling, named
from journal_tasks import (
    await_cancelled,
    fail,
    fail_without_pickle,
    leave,
    wait,
    wait_in_thread,
)

from typed_bg.engines import Engine, TaskOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Journal

pytestmark = pytest.mark.anyio


def supported(engine: Engine, **options: Any) -> dict[str, Any]:
    """Return options, or skip the test if the engine does not support them."""
    if missing := set(options) - engine.supports:
        pytest.skip(f"{type(engine).__name__} has no {', '.join(missing)}, and says so")
    return options


async def test_tasks_of_one_request_run(running: Engine, journal: Journal) -> None:
    await running.submit([calling(wait, 1, 0.0), calling(wait_in_thread, 2, 0.0)])
    await running.submit([calling(wait, 3, 0.0)])
    journal.accepted += [1, 2, 3]
    await journal.until_all()
    assert journal.events("start") == {1: 1, 2: 1, 3: 1}


def test_an_engine_says_which_options_it_has(kit: Any) -> None:
    known = set(TaskOptions.__dataclass_fields__)
    assert kit.engine("redis://127.0.0.1:1").supports <= known


async def test_what_fails_is_tried_again_as_often_as_asked(
    running: Engine, journal: Journal
) -> None:
    options = supported(running, retries=2, retry_delay=0.1)
    await running.submit([calling(fail, 1, 2, **options)])
    await running.submit([calling(fail, 2, 9, **options)])
    await journal.until(lambda: journal.events("end")[1], "it ends at the third attempt")
    await journal.until(lambda: journal.events("start")[2] == 3, "it is tried three times")
    await anyio.sleep(1)
    assert journal.events("start") == {1: 3, 2: 3}
    assert journal.events("end") == {1: 1}


async def test_an_attempt_ends_at_its_timeout(running: Engine, journal: Journal) -> None:
    options = supported(running, timeout=0.5, retries=1, retry_delay=0.1)
    await running.submit([calling(wait, 1, 50.0, **options)])
    await journal.until(lambda: journal.events("start")[1] == 2, "it is tried again")
    assert not journal.events("end")


async def test_a_delayed_task_waits(running: Engine, journal: Journal) -> None:
    options = supported(running, delay=1.5)
    await running.submit([calling(wait, 1, 0.0)])
    await journal.until(lambda: journal.events("end"), "the worker is at work")
    before = time.time()
    await running.submit([calling(wait, 2, 0.0, **options)])
    journal.accepted += [1, 2]
    await journal.until_all()
    (started,) = [
        float(when)
        for event, number, _, when in map(str.split, journal.path.read_text().splitlines())
        if (event, number) == ("start", "2")
    ]
    assert started >= before + 1.5


async def test_a_key_keeps_a_second_task_out_until_the_first_is_done(
    running: Engine, journal: Journal
) -> None:
    options = supported(running, key="welcome")
    await running.submit([calling(wait, 1, 1.0, **options)])
    await running.submit([calling(wait, 2, 0.0, **options)])  # waits or runs
    await running.submit([calling(wait_in_thread, 3, 0.0, **options)])  # another function's key
    journal.accepted += [1, 3]
    await journal.until_all()

    async def again() -> bool:
        await running.submit([calling(wait, 4, 0.0, **options)])
        await anyio.sleep(0.1)
        return bool(journal.events("end")[4])

    while not await again():  # the engine may write down that it is done after the task has
        pass
    assert not journal.events("start")[2]


async def test_what_does_not_fit_is_not_tried_again(running: Engine, journal: Journal) -> None:
    options = {"retries": 3, "retry_delay": 0.0} if "retries" in running.supports else {}
    await running.submit(
        [
            named("journal_tasks:wait", ("[1]", "{}"), **options),  # seconds are missing
            named("journal_tasks:wait", ('["one", 0]', "{}"), **options),  # no number
            calling(wait, 2, 0.0),
        ]
    )
    journal.accepted += [2]
    await journal.until_all()
    assert journal.events("start") == {2: 1}


@pytest.mark.parametrize("ends", [leave, await_cancelled, fail_without_pickle])
async def test_a_task_that_ends_badly_does_not_take_the_worker_along(
    running: Engine, journal: Journal, ends: Callable[[int], Any]
) -> None:
    await running.submit([calling(ends, 1)])
    await journal.until(lambda: journal.events("start")[1], "it starts")
    await running.submit([calling(wait, 2, 0.0)])
    journal.accepted += [2]
    await journal.until_all()
    await anyio.sleep(1)
    assert journal.events("start")[1] == 1
