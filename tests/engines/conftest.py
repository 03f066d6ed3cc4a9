"""The real Redis, and what tests of engines printed."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import journal_tasks
import pytest
from harness import Journal, Kit, OpenEngine, Start, kits, opened, starting_workers
from servers import RedisServer

from typed_bg.celery.producers import Producers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from typed_bg.engines import Engine

COUNTS = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis that keeps its data, for tests that leave it as it is."""
    server = RedisServer(tmp_path_factory.mktemp("redis"), "--appendonly", "yes").start()
    yield server.url
    server.kill()


@pytest.fixture
async def open_engine(kit: Kit) -> AsyncIterator[OpenEngine]:
    """What enters an engine, as an app does when it starts, and leaves it when the test ends."""
    async with AsyncExitStack() as stack:
        yield lambda url: stack.enter_async_context(opened(kit.engine(url)))


@pytest.fixture
def start_redis(tmp_path: Path) -> Iterator[Callable[..., RedisServer]]:
    """What starts a Redis that the test may stop, freeze and fill."""
    started: list[RedisServer] = []

    def start(*options: str) -> RedisServer:
        folder = tmp_path / f"redis-{len(started)}"
        folder.mkdir()
        started.append(RedisServer(folder, *options))
        return started[-1].start()

    yield start
    for server in started:
        server.kill()


@pytest.fixture(autouse=True)
def _closed_producers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what Celery engines opened that a test never enters, or a later test is told of it."""
    made: list[Producers] = []

    class Kept(Producers):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr("typed_bg.celery.engine.Producers", Kept)
    yield
    for producers in made:
        producers.close()


@pytest.fixture(params=kits(), ids=lambda kit: kit.name)
def kit(request: pytest.FixtureRequest) -> Kit:
    """Every engine."""
    return request.param


def _places() -> list[tuple[Kit, str | None]]:
    # In the same order in every process: pytest-xdist compares what its workers collect.
    return [(kit, url) for kit in kits() for url in dict.fromkeys((None, kit.embedded_url))]


@pytest.fixture(params=_places(), ids=lambda place: f"{place[0].name}-{place[1] or 'redis'}")
async def running(
    request: pytest.FixtureRequest, journal: Journal, tmp_path: Path
) -> AsyncIterator[Engine]:
    """Every engine with a worker at work: in a process of its own, and in this one."""
    kit, embedded_url = request.param
    if embedded_url is not None:
        async with opened(kit.engine(embedded_url)) as engine:
            yield engine
        return
    url = request.getfixturevalue("start_redis")("--appendonly", "yes").url
    with starting_workers(kit, journal, tmp_path) as start:
        start(url)
        async with opened(kit.engine(url)) as engine:
            yield engine


@pytest.fixture
def journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Journal]:
    """What tasks write into; what was counted is printed at the end, also when the test passed."""
    path = tmp_path / "journal"
    monkeypatch.setenv(journal_tasks.JOURNAL, str(path))
    journal = Journal(path)
    yield journal
    if journal.accepted:
        lines = request.config.stash.setdefault(COUNTS, [])
        lines.append(f"{request.node.name}: {journal.summary()}")


@pytest.fixture
def start_worker(kit: Kit, journal: Journal, tmp_path: Path) -> Iterator[Start]:
    """What starts a worker of the engine in a process of its own."""
    with starting_workers(kit, journal, tmp_path) as start:
        yield start


@pytest.fixture
def anyio_backend() -> str:
    """Docket and Celery know no other."""
    return "asyncio"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was counted."""
    if lines := config.stash.get(COUNTS, []):
        terminalreporter.section("tasks")
        for line in lines:
            terminalreporter.line(line)
