"""`typed-bg worker` and `typed-bg tasks`, run as a person runs them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import partial

import pytest

pytest.importorskip("docket", reason="Docket is not installed")
pytest.importorskip("click", reason="the command is not installed")

from support import check_command
from support.check_command import COMMAND, environ, write

PATIENCE = 180  # seconds
run = partial(check_command.run, timeout=PATIENCE)
HEAD = """\
import functools, io
from contextvars import ContextVar

import typed_bg
from fastapi import FastAPI
from typed_bg.docket import DocketEngine
from typed_bg.engines import use
from typed_bg.fastapi import BackgroundTasks

URL = "redis://127.0.0.1:PORT/0"


async def send(to: str) -> None: ...


"""
WEB = f"""{HEAD}
app, plain, several, twins, own = FastAPI(), FastAPI(), FastAPI(), FastAPI(), FastAPI()
engine = DocketEngine(URL)
use(app, engine=engine)
use(several, engines=[DocketEngine(URL, name="mails"), DocketEngine(URL, name="rest")])
use(twins, engines=[DocketEngine(URL), DocketEngine(URL)])
use(own)
number = 5


class Own:
    supports = frozenset()

    async def submit(self, calls): ...

    async def work(self, *, concurrency: int = 1) -> None:
        print(f"works on {{concurrency}}")


ours = Own()
embedded = DocketEngine("memory://")


def make() -> FastAPI:
    return app


def make_of(engine) -> FastAPI:
    return app


def make_badly() -> FastAPI:
    raise LookupError("no settings")
"""
WORKER_ERRORS = {
    "no colon": (["web"], "'web' is not the name"),
    "no attribute": (["web:"], "'web:' is not the name"),
    "no module": ([":app"], "':app' is not the name"),
    "relative": ([".web:app"], "'.web:app' is not the name"),
    "missing module": (["wbe:app"], "there is no module wbe in "),
    "missing package": (["shop.web:app"], "there is no module shop.web in "),
    "a file": (["web.py:app"], "there is no module web.py in "),
    "missing attribute": (["web:ap"], "web has no ap"),
    "nested": (["web:app.nothing"], "web has no app.nothing"),
    "neither": (["web:number"], "web:number is int, neither"),
    "neither, and no function": (["web:number"], " nor an engine\n"),
    "forgotten factory": (["web:make"], "(--factory)?"),
    "no factory": (["web:app", "--factory"], "remove --factory?"),
    "no callable": (["web:number", "--factory"], "remove --factory?"),
    "factory with parameters": (["web:make_of", "--factory"], "without arguments"),
    "without use": (["web:plain"], "call typed_bg.engines.use(app, engine=...)\n"),
    "without engine": (["web:own"], "the app has no"),
    "several": (["web:several"], "pass one of mails, rest"),
    "unknown": (
        ["web:several", "--engine", "mail"],
        "no engine is called 'mail': pass one of mails",
    ),
    "twins": (["web:twins", "--engine", "typed_bg"], "2 engines are called typed_bg: give each"),
    "embedded": (["web:embedded"], "tasks to memory:// can run"),
    "lacking": (["web:ours", "--redelivery-timeout", "5"], "Own has no option redelivery_timeout"),
    "times": (["web:app", "--graceful-timeout", "90"], "graceful_timeout is 90.0 s, more than"),
    "none at a time": (["web:app", "--concurrency", "0"], "--concurrency"),
    "log level": (["web:app", "--log-level", "loud"], "--log-level"),
}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """A project whose Redis is not there."""
    return write(tmp_path_factory.mktemp("project"), {"web.py": WEB.replace("PORT", "1")})


@pytest.mark.parametrize("case", WORKER_ERRORS)
def test_what_keeps_a_worker_from_starting_is_said(web, case):
    words, said = WORKER_ERRORS[case]
    done = run(web, "worker", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["web:app"], ["web:make", "--factory"], ["web:engine"]])
def test_an_app_its_factory_and_its_engine_are_listed_alike(web, words):
    done = run(web, "tasks", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no functions to workers" in done.stdout


@pytest.mark.parametrize("command", ["worker", "tasks"])
def test_the_apps_own_mistakes_are_shown_whole(web, command):
    done = run(web, command, "web:make_badly", "--factory")
    assert done.returncode == 2
    assert "in make_badly" in done.stderr
    assert "LookupError: no settings" in done.stderr


@pytest.mark.parametrize("command", ["worker", "tasks"])
def test_an_import_that_fails_in_the_app_is_not_taken_for_a_missing_app(tmp_path, command):
    write(tmp_path, {"web.py": "import shop_settings\n"})
    done = run(tmp_path, command, "web:app")
    assert done.returncode == 2
    assert "No module named 'shop_settings'" in done.stderr
    assert 'web.py", line 1' in done.stderr


def test_a_worker_of_an_engine_of_ones_own_gets_what_it_takes(web):
    done = run(web, "worker", "web:ours", "--concurrency", "3")
    assert (done.returncode, done.stdout) == (0, "works on 3\n")


@pytest.mark.parametrize("module", ["docket", "click"])
def test_a_missing_extra_is_said(web, tmp_path, module):
    hook = f"""\
import sys


class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Missing())
"""
    write(tmp_path, {"sitecustomize.py": hook})
    done = run(web, "worker", "web:app", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert f"'typed-bg[{'check' if module == 'click' else 'docket'}]'" in done.stderr


def test_celery_is_told_how_its_workers_are_started(tmp_path):
    pytest.importorskip("celery", reason="Celery is not installed")
    text = """
from typed_bg.celery import CeleryEngine
engine = CeleryEngine(broker="redis://127.0.0.1:1/0")
"""
    write(tmp_path, {"web.py": text})
    done = run(tmp_path, "worker", "web:engine")
    assert done.returncode == 2
    assert "CeleryEngine " in done.stderr
    assert ": celery -A app.main:celery_app" in done.stderr


LISTED = f"""{HEAD}
app = FastAPI()
use(app, engine=DocketEngine(URL))


@typed_bg.task(name="mail", aliases=["old.mail"])
def mail(to: str) -> None: ...


@typed_bg.task(engine="in_process")
def local(file: io.BytesIO) -> None: ...


@typed_bg.task(engine=DocketEngine(URL, name="slow"))
def report() -> None: ...


@app.get("/")
def root(tasks: BackgroundTasks) -> None:
    tasks.add_task(send, "a")
    tasks.add_task(mail, "a")
"""


def test_tasks_are_listed_with_their_names_and_engines(tmp_path):
    write(tmp_path, {"web.py": LISTED.replace("PORT", "1")})
    done = run(tmp_path, "tasks", "web:app")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    places = [line.rpartition(" ")[0] for line in lines]
    assert places == [
        "mail DocketEngine (typed_bg)",
        "also:",
        "web:local in process",
        "web:report DocketEngine (slow)",
        "web:send DocketEngine (typed_bg)",
    ]
    assert lines[1] == "also: old.mail"
    assert f"{tmp_path / 'web.py'}:" in lines[0]


@pytest.mark.parametrize(
    ("call", "said"),
    {
        "lambda": ("tasks.add_task(lambda: None)", "a lambda cannot"),
        "partial": ("tasks.add_task(part)", r"send\(\) cannot .*: a partial"),
        "type": ("tasks.add_task(reads, io.BytesIO())", "of its parameter file, BytesIO, cannot"),
        "method": ("tasks.add_task(box.put)", r"put\(\) cannot .*: it is a method"),
        "two steps": ("tasks.add(part)()", r"send\(\) cannot .*: a partial"),
    }.values(),
    ids=str,
)
def test_what_a_worker_could_not_take_is_named(tmp_path, call, said):
    text = f"""{HEAD}
app = FastAPI()
use(app, engine=DocketEngine(URL))
part = functools.partial(send, "a")


def reads(file: io.BytesIO) -> None: ...


class Box:
    def put(self) -> None: ...


box = Box()


@app.get("/")
def root(tasks: BackgroundTasks) -> None:
    {call}
"""
    write(tmp_path, {"web.py": text.replace("PORT", "1")})
    done = run(tmp_path, "tasks", "web:app")
    assert (done.returncode, done.stderr) == (1, "")
    assert re.search(said, done.stdout)


EARLY = f"""{HEAD}
import fastapi
{{other}}
app = FastAPI()


@app.get("/")
def early(tasks: fastapi.BackgroundTasks) -> None:
    tasks.add_task(send, "a")


use(app, engine=DocketEngine(URL))
"""


def test_handlers_of_earlier_routes_are_no_problem(tmp_path):
    write(tmp_path, {"web.py": EARLY.format(other="").replace("PORT", "1")})
    done = run(tmp_path, "tasks", "web:app")
    assert (done.returncode, done.stderr) == (0, "")
    assert "send" in done.stdout


def test_handlers_whose_tasks_no_engine_gets_are_listed(tmp_path):
    other = "import typed_bg.fastapi\ntyped_bg.fastapi.check_handlers = lambda _: None\n"
    write(tmp_path, {"web.py": EARLY.format(other=other).replace("PORT", "1")})
    done = run(tmp_path, "tasks", "web:app")
    assert (done.returncode, done.stderr) == (1, "")
    *_, last = done.stdout.splitlines()
    place, _, problem = last.partition(": ")
    assert place.startswith(f"{tmp_path / 'web.py'}:")
    assert problem.startswith("early(tasks: fastapi.BackgroundTasks) adds tasks ")


def test_what_is_only_known_when_it_runs_is_listed_and_no_failure(tmp_path):
    text = f"{LISTED}    for it in [send]:\n        tasks.add_task(it, 'a')\n"
    write(tmp_path, {"web.py": text.replace("PORT", "1")})
    done = run(tmp_path, "tasks", "web:app")
    assert done.returncode == 0
    assert "only at run time" in done.stdout


RUNNING = f"""{HEAD}
app = FastAPI()
use(app, engine=DocketEngine(URL))


async def slow(path: str) -> None:
    import asyncio, pathlib
    pathlib.Path(path, "started").touch()
    await asyncio.sleep(1)
    pathlib.Path(path, "done").touch()
"""
HAND_OVER = """\
import asyncio, sys
import web
from typed_bg import BackgroundTasks
from typed_bg.engines.setup import engine_of


async def main():
    async with engine_of(web.app) as engine:
        tasks = BackgroundTasks(engine=engine)
        tasks.add_task(web.slow, sys.argv[1])
        await tasks()


asyncio.run(main())
"""


@pytest.fixture
def redis_port(tmp_path):
    """A Redis on a port of its own."""
    server = shutil.which("redis-server")
    if server is None:
        why = "redis-server is not installed: apt-get install redis-server"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--appendonly", "yes", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        until(lambda: answers(port), "Redis starts")
        yield port
    finally:
        process.kill()
        process.wait()


def answers(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def until(happened, what):
    limit = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < limit, f"not within {PATIENCE} s: {what}"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_worker_ends_what_it_runs_when_it_is_told_to_stop(tmp_path, redis_port, number):
    root = write(tmp_path / "project", {"web.py": RUNNING.replace("PORT", str(redis_port))})
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", HAND_OVER, str(tmp_path)], cwd=root, env=environ(), check=True
    )
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(  # noqa: S603
            [COMMAND[0], "worker", "web:app", "--concurrency", "2"],
            cwd=root,
            env=environ(),
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: (tmp_path / "started").exists() or worker.poll() is not None, "it starts")
        assert not (tmp_path / "done").exists(), log.read_text()
        worker.send_signal(number)
        assert worker.wait(PATIENCE) == 0, log.read_text()
    finally:
        worker.kill()
        worker.wait()
    assert (tmp_path / "done").exists()
    assert "up to 2 tasks at a time" in log.read_text()


def test_a_worker_waits_for_a_redis_that_is_down_and_stops_when_it_is_told(web):
    worker = subprocess.Popen(  # noqa: S603
        [COMMAND[0], "worker", "web:app"],
        cwd=web,
        env=environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        read = ""
        while "cannot be reached yet" not in read:
            line = worker.stderr.readline()
            assert line, read
            read += line
        while "tasks at a time" not in read:
            line = worker.stderr.readline()
            assert line, read
            read += line
        worker.terminate()
        _, rest = worker.communicate(timeout=PATIENCE)
    finally:
        worker.kill()
        worker.communicate()
    assert worker.returncode == 0, read + rest
