"""What the tests of all engines share: kits, workers in processes of their own, and the count.

An engine joins by a module `kit_<name>.py` beside this one, with a `KIT` that has the form of
`Kit` below; `kits()` finds it, and the fixture `kit` runs every shared test with it.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import anyio
import journal_tasks
import pytest

from typed_bg.engines import Engine, TaskCall, TaskOptions
from typed_bg.engines.argument_codec import codec_of
from typed_bg.engines.lookup import task_name
from typed_bg.engines.message import dumps
from typed_bg.exceptions import EngineUnavailable

if TYPE_CHECKING:
    import redis
    from servers import RedisServer

HERE = Path(__file__).parent
PATIENCE = 180  # seconds; how long a worker may take for what it does in one


class Kit(Protocol):
    """How the shared tests use an engine."""

    name: str
    embedded_url: str | None  # where tasks need neither a server nor another process
    hands_back_done: bool  # a worker that is asked to end may hand back tasks that just ended
    takes_in_two_steps: bool  # a task is lost if Redis ends before it has sent it to the worker

    def engine(self, url: str) -> Engine:
        """Make an engine for a Redis that is empty, or has this engine's tasks."""
        ...

    def recorded(self, client: redis.Redis) -> set[str]:
        """Return the ids of the tasks that Redis has, whether they wait or a worker has them."""
        ...

    def worker(self, url: str, *, redelivery: float, concurrency: int) -> list[str]:
        """Return the command of a worker; it can import `journal_tasks` and what is beside it.

        Args:
            url: Where Redis is.
            redelivery: Seconds after which tasks of a worker that died are to run in another.
            concurrency: How many tasks it takes at a time.
        """
        ...


def kits() -> list[Kit]:
    """Return every engine's kit."""
    modules = sorted(file.stem for file in HERE.glob("kit_*.py"))
    return [importlib.import_module(name).KIT for name in modules]


def calling(func: Callable[..., Any], *args: Any, **options: Any) -> TaskCall:
    """Make the message that a request sends for `tasks.add(func, **options)(*args)`."""
    return named(task_name(func), codec_of(func).encode(args, {}), **options)


def named(name: str, arguments: tuple[str, str], **options: Any) -> TaskCall:
    """Make a call by name, also of a function that is not there."""
    call_id = uuid.uuid4().hex
    payload = dumps(call_id, name, arguments, options, {})
    return TaskCall(call_id, name, payload, TaskOptions(**options))


@dataclass
class Journal:
    """What tasks wrote down, and which of them an engine accepted."""

    path: Path
    accepted: list[int] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def accept(self, numbers: Iterable[int], calls: Iterable[TaskCall]) -> None:
        """Note the tasks that an engine accepted."""
        ids = dict(zip(numbers, (call.id for call in calls), strict=True))
        self.ids |= ids
        self.accepted += ids

    def unfinished(self) -> set[str]:
        """Return the ids of the tasks that were accepted and have not ended."""
        ended = self.events("end")
        return {task_id for number, task_id in self.ids.items() if not ended[number]}

    def events(self, event: str) -> Counter[int]:
        """Count, for each task, how often it wrote that event."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return Counter(int(line.split()[1]) for line in lines if line.split()[0] == event)

    def running(self) -> set[int]:
        """Return the tasks that have started and not ended."""
        return set(self.events("start")) - set(self.events("end"))

    def lost(self) -> list[int]:
        """Return the tasks that were accepted and have not ended."""
        ended = self.events("end")
        return [number for number in self.accepted if not ended[number]]

    def twice(self) -> list[int]:
        """Return the tasks that have ended more than once."""
        return [number for number, times in self.events("end").items() if times > 1]

    async def until(self, what: Callable[[], Any], why: str, seconds: float = PATIENCE) -> None:
        """Wait until something is so, or fail."""
        limit = time.monotonic() + seconds
        while not what():  # what runs in other processes sets no event
            if time.monotonic() > limit:
                pytest.fail(f"not within {seconds} s: {why}; {self.summary()}")
            await anyio.sleep(0.05)

    async def until_all(self, seconds: float = PATIENCE) -> None:
        """Wait until every accepted task has ended, or fail."""
        await self.until(lambda: not self.lost(), "all accepted tasks end", seconds)

    def summary(self) -> str:
        """Say how many tasks were accepted, ran, ran twice and were lost."""
        counts = (
            f"{len(self.accepted)} accepted, {len(self.events('end'))} ran,"
            f" {len(self.twice())} ran twice, {len(self.lost())} lost"
        )
        return ", ".join((counts, *self.remarks))

    async def submit(
        self, engine: Engine, numbers: Sequence[int], seconds: float, deadline: float = PATIENCE
    ) -> bool:
        """Hand `wait(number, seconds)` over as one request; return whether it was accepted."""
        calls = [calling(journal_tasks.wait, number, seconds) for number in numbers]
        try:
            with anyio.fail_after(deadline):
                await engine.submit(calls)
        except (EngineUnavailable, TimeoutError):
            return False
        self.accept(numbers, calls)
        return True


class WorkerProcess:
    """A worker in a process group of its own."""

    def __init__(self, command: list[str], journal: Journal, log: Path, *folders: Path) -> None:
        path = os.pathsep.join([*map(str, folders), str(HERE), os.environ.get("PYTHONPATH", "")])
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  # the tests' own command
                command,
                env={
                    **os.environ,
                    "PYTHONPATH": path,
                    "PYTHONUNBUFFERED": "1",
                    journal_tasks.JOURNAL: str(journal.path),
                },
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def freeze(self) -> None:
        """Stop every process of its group."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them run on."""
        os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End every process of its group as a crash of the machine would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)

    def terminate(self) -> int:
        """Ask it to end, as a deploy does, and return its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


async def kill_between_records(
    worker: WorkerProcess,
    journal: Journal,
    recorded: Callable[[], set[str]],
    *,
    when: Callable[[], Any],
) -> None:
    """Kill a worker at a moment when something is so, and Redis has all that has not ended.

    Celery's transport takes a message off its queue, and then records which worker has it. A task
    is lost if its worker is killed between the two.
    """
    limit = time.monotonic() + PATIENCE
    while True:
        worker.freeze()
        await anyio.sleep(0.1)  # Redis does what it was already sent
        if when() and journal.unfinished() <= recorded():
            worker.kill()
            return
        worker.thaw()
        if time.monotonic() > limit:
            pytest.fail(f"not within {PATIENCE} s: a moment to kill; {journal.summary()}")
        await anyio.sleep(0.05)


def kill_redis(server: RedisServer, kit: Kit) -> None:
    """Kill Redis, for a transport that takes tasks in two steps when no answer is under way."""
    if kit.takes_in_two_steps:
        server.client.client_pause(60_000)  # milliseconds
        time.sleep(0.1)  # it has sent its answers
    server.kill()


Start = Callable[..., WorkerProcess]
OpenEngine = Callable[[str], Awaitable[Engine]]


@asynccontextmanager
async def opened(engine: Engine) -> AsyncIterator[Engine]:
    """Enter an engine as an app does when it starts."""
    if isinstance(engine, AbstractAsyncContextManager):
        async with engine:
            yield engine
    else:
        yield engine


@contextmanager
def starting_workers(kit: Kit, journal: Journal, folder: Path) -> Iterator[Start]:
    """Give what starts workers of an engine; end those that still run at the end."""
    started: list[WorkerProcess] = []

    def start(url: str, *code: Path, redelivery: float = 5, concurrency: int = 10) -> WorkerProcess:
        command = kit.worker(url, redelivery=redelivery, concurrency=concurrency)
        log = folder / f"worker-{len(started)}.log"
        started.append(WorkerProcess(command, journal, log, *code))
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            worker.kill()
            sys.stderr.write(f"--- {worker.log.name}\n{worker.log.read_text()[-4000:]}")
