"""Shows what happens to tasks if their worker or Redis is killed. Start it with `nox -s handover`.

It starts Redis, the worker and the web app of this folder in separate processes, and stops them at
the end. Everything that it prints has just happened. It fails if something did not happen.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).resolve().parent
TYPED_BG = str(Path(sys.executable).with_name("typed-bg"))
PATIENCE = 30  # seconds to wait for each event
INVOICES = 8
REDELIVERY = 4  # seconds, to keep the demo short (a worker's default is 60)


class NotAsPromisedError(Exception):
    """Something that the demo shows did not happen."""


class Shop:
    """The processes and their output."""

    def __init__(self, folder: Path, ends: ExitStack) -> None:
        self.folder = folder
        self.outbox = folder / "outbox"
        self.port = free_port()
        self.logs: list[Path] = []
        self._ends = ends
        # No connection is kept, because uvicorn closes one that is idle for five seconds.
        limits = httpx.Limits(max_keepalive_connections=0)
        client = httpx.Client(timeout=PATIENCE, limits=limits, trust_env=False)
        self.client = ends.enter_context(client)

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a process, which is killed at the end if it still runs."""
        log = self.folder / f"{len(self.logs)}-{name}.log"
        self.logs.append(log)
        environment = {
            "REDIS_URL": f"redis://127.0.0.1:{self.port}/0",
            "OUTBOX": str(self.outbox),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  # the commands below
                command,
                cwd=EXAMPLE,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._ends.callback(end, process)
        return process

    def start_redis(self) -> subprocess.Popen[bytes]:
        """Start a Redis that keeps accepted tasks on disk."""
        command = ["redis-server", "--appendonly", "yes", "--save", "", "--dir", str(self.folder)]
        process = self.start(
            "redis", *command, "--bind", "127.0.0.1", "--port", str(self.port), "--daemonize", "no"
        )
        log = self.logs[-1]
        until("Redis starts", lambda: "Ready to accept connections" in read(log), process, log)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker for the web app's tasks."""
        times = ["--redelivery-timeout", str(REDELIVERY), "--graceful-timeout", "2"]
        process = self.start("worker", TYPED_BG, "worker", "web:app", *times)
        log = self.logs[-1]
        until("the worker starts", lambda: "tasks at a time" in read(log), process, log)
        return process

    def start_web(self) -> None:
        """Serve the app on a free port."""
        options = ["--host", "127.0.0.1", "--port", "0", "--no-use-colors"]
        process = self.start("web", sys.executable, "-m", "uvicorn", "web:app", *options)
        log = self.logs[-1]
        until("uvicorn starts", lambda: "running on http" in read(log), process, log)
        self.client.base_url = re.findall(r"running on (http://\S+)", read(log))[0]

    def post(self, path: str, **request: object) -> httpx.Response:
        """Send a request."""
        response = self.client.post(path, **request)  # type: ignore[arg-type]  # httpx's own
        say(f"POST {path}: {response.status_code} {response.text}")
        return response

    def written(self, kind: str) -> set[str]:
        """Return the names of the files that tasks have written."""
        return {path.stem for path in self.outbox.glob(f"{kind}-*.txt")}

    def count(self, event: str) -> Counter[str]:
        """Count the log records `started` or `done` of each task, in all workers."""
        return Counter(re.findall(rf"INFO shop: (.+): {event}", "".join(map(read, self.logs))))


def main() -> None:
    if shutil.which("redis-server") is None:
        print(  # noqa: T201
            "redis-server is not installed. Debian, Ubuntu: apt-get install redis-server; macOS: "
            "brew install redis; Windows: in WSL, as on Ubuntu.",
            file=sys.stderr,
        )
        sys.exit(2)
    say(
        ", ".join(
            f"{package} {version(package)}" for package in ("typed-bg", "fastapi", "pydocket")
        )
    )
    try:
        with (
            tempfile.TemporaryDirectory(prefix="typed_bg_handover_") as folder,
            ExitStack() as ends,
        ):
            shop = Shop(Path(folder), ends)
            redis = shop.start_redis()
            shop.start_web()
            show_refusals(shop)
            worker = show_ordinary(shop)
            worker = show_killed_worker(shop, worker)
            show_stopped_redis(shop, redis)
            show_ended_worker(worker)
    except (NotAsPromisedError, httpx.HTTPError) as error:
        sys.exit(f"\nThis has FAILED: {error or type(error).__name__}")
    print("\nEverything happened as promised.")  # noqa: T201


def show_refusals(shop: Shop) -> None:
    """Show that the client gets an error for a wrong call, and that no task is queued."""
    head("A wrong call raises an error, and the client gets a 500")
    for fields, error in (
        ({"mail": "new@example.org", "name": "Ada"}, "TaskArgumentError"),
        ({"email": "new@example.org", "name": 5}, "TaskPayloadError"),
    ):
        response = shop.post("/events/signup", json=fields)
        require_status(response, HTTPStatus.INTERNAL_SERVER_ERROR)
        log, pattern = shop.logs[-1], rf"^[\w.]*({error}: .*)"
        until(f"the log has {error}", lambda: re.search(pattern, read(log), re.MULTILINE), log=log)  # noqa: B023
        say(f"the web app's log: {re.findall(pattern, read(log), re.MULTILINE)[0]}")


def show_ordinary(shop: Shop) -> subprocess.Popen[bytes]:
    """Show tasks of each kind: async, plain, delayed and with a key."""
    head("Requests queue tasks, and a worker that starts later runs them")
    asked = time.monotonic()
    for _ in range(2):
        response = shop.post("/signup/ada@example.org?name=Ada")
        require_status(response, HTTPStatus.OK)
    worker = shop.start_worker()
    say(f"the worker has started, as process {worker.pid}")
    log = shop.logs[-1]
    until("the tasks run", lambda: shop.count("done")["welcome-ada@example.org"] == 2, worker, log)  # noqa: PLR2004
    say("the welcome task ran twice, once for each request")
    until("the delayed task runs", lambda: shop.written("reminder"), worker, log)
    late = time.monotonic() - asked
    require(late > 4.5, f"the reminder ran too early, after {late:.1f} s")  # noqa: PLR2004
    ran = shop.count("done")["reminder-ada@example.org"]
    require(ran == 1, f"the reminder ran {ran} times")
    say(f"the reminder ran once, {late:.1f} s later, because both requests gave it the same key")
    return worker


def show_killed_worker(shop: Shop, worker: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Show that the tasks of a killed worker run in another one."""
    head("A worker is killed while it runs tasks")
    for number in range(1, INVOICES + 1):
        response = shop.client.post(f"/orders/{number}?email=ada@example.org&cents=1999")
        require_status(response, HTTPStatus.OK)
    say(f"{INVOICES} requests queued {INVOICES} tasks that take 2 s each")
    names = {f"invoice {number}" for number in range(1, INVOICES + 1)}
    until("they start", lambda: names <= shop.count("started").keys(), worker, shop.logs[-1])
    worker.kill()
    worker.wait()
    done = len(shop.written("invoice"))
    require(done < INVOICES, "every task was done before the worker was killed")
    say(f"process {worker.pid} is killed (SIGKILL): {INVOICES} started, {done} done")
    other = shop.start_worker()
    say(f"another worker has started, as process {other.pid}")
    until("all are done", lambda: len(shop.written("invoice")) == INVOICES, other, shop.logs[-1])
    twice = sum(times > 1 for name, times in shop.count("started").items() if name in names)
    say(f"all {INVOICES} are done and none is lost, but {twice} of them were started twice.")
    say("This is why tasks must be idempotent.")
    return other


def show_stopped_redis(shop: Shop, redis: subprocess.Popen[bytes]) -> None:
    """Show that the client gets a 503 if Redis is down, and that Redis keeps accepted tasks."""
    head("Redis is killed")
    require_status(shop.post("/signup/bob@example.org?name=Bob"), HTTPStatus.OK)
    redis.kill()
    redis.wait()
    say(f"Redis, process {redis.pid}, is killed. It still has the reminder to bob@example.org")
    response = shop.post("/signup/eve@example.org?name=Eve")
    require_status(response, HTTPStatus.SERVICE_UNAVAILABLE)
    say("the client knows that no task was accepted, and can try again")
    again = shop.start_redis()
    say(f"Redis has started again from its append-only file, as process {again.pid}")
    require_status(shop.post("/signup/eve@example.org?name=Eve"), HTTPStatus.OK)
    expected = {f"reminder-{name}@example.org" for name in ("bob", "eve")}
    until("both reminders are sent", lambda: expected <= shop.written("reminder"))
    say("the reminder to bob@example.org was not lost, and the one to eve@example.org ran too")


def show_ended_worker(worker: subprocess.Popen[bytes]) -> None:
    """Show that a worker stops when it is asked to."""
    head("A worker is asked to stop")
    worker.terminate()
    try:
        code = worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        message = "the worker still runs"
        raise NotAsPromisedError(message) from None
    require(code == 0, f"the worker's exit code is {code}")
    say("it has finished its running tasks, and its exit code is 0")


def until(
    what: str,
    happened: Callable[[], object],
    process: subprocess.Popen[bytes] | None = None,
    log: Path | None = None,
) -> None:
    """Wait until something has happened, while the process that does it is running."""
    limit = time.monotonic() + PATIENCE
    while not happened():
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > limit:
            why = "its process has ended" if ended else f"it took more than {PATIENCE} s"
            message = f"waiting for this: {what}; {why}\n{read(log) if log else ''}"
            raise NotAsPromisedError(message)
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def require_status(response: httpx.Response, status: HTTPStatus) -> None:
    require(response.status_code == status, f"the client got {response.status_code}")


def require(condition: bool, otherwise: str) -> None:  # noqa: FBT001  # as in an assert
    if not condition:
        raise NotAsPromisedError(otherwise)


def head(title: str) -> None:
    print(f"\n{title}\n", flush=True)  # noqa: T201


def say(text: str) -> None:
    now = datetime.now().astimezone()
    print(f"  {now:%H:%M:%S}.{now.microsecond // 1000:03}  {text}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
