"""A short form of `python -m benchmarks.soak`; the long one is run by hand."""

import pytest

from benchmarks.soak import memory, scenarios
from benchmarks.soak.accounts import balance

REQUESTS = 200
BY_NAME = {scenario.name: scenario for scenario in scenarios.scenarios(REQUESTS, seed=0)}
SHORT_RUN = ("1 worker: clients go away", "2 workers: SIGTERM, 1 s to end")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name",
    [name if name in SHORT_RUN else pytest.param(name, marks=pytest.mark.full) for name in BY_NAME],
)
async def test_every_task_has_run_or_is_named(name, tmp_path):
    found = await scenarios.run(BY_NAME[name], tmp_path)
    assert found.added
    assert found.done or "1 s to end" in name  # on a busy machine, no task ends within that second
    assert found.named  # the first request has a task that fails
    assert found.lost == ()
    assert found.added == found.done + found.named
    assert found.twice == ()


def test_a_task_that_neither_ran_nor_is_named_is_lost():
    added = [("added", f"r{number}-def") for number in range(4)]
    done = [("done", "r0-def"), ("done", "r1-def"), ("done", "r1-def")]
    found = balance([*added, *done], ["r2-def", "r2-def", "r0-def"])
    assert (found.added, found.done, found.named) == (4, 2, 1)
    assert found.twice == ("r1-def",)
    assert found.lost == ("r3-def",)


@pytest.mark.full
def test_memory_does_not_grow_with_requests():
    for kind, growth in memory.growths(REQUESTS).items():
        assert growth <= memory.NOISE, kind
