"""Through a real server: each accepted task runs, is sent, or the logger `typed_bg` names it."""

import gc
import logging
import re
import time
from collections.abc import AsyncIterator, Iterator

import fastapi
import httpx
import pytest
from apps import serving
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from starlette.applications import Starlette
from starlette.background import BackgroundTask as StarletteTask
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Route

import typed_bg
from typed_bg.engines import use
from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


ran = []


def work(name="?"):
    ran.append(name)


@app.get("/own")
async def own(tasks: BackgroundTasks):
    tasks.add_task(work)
    return PlainTextResponse("x", background=StarletteTask(len, "of its own"))


async def late(tasks: BackgroundTasks) -> AsyncIterator[None]:
    yield
    tasks.add_task(work)


@app.get("/after_yield", dependencies=[Depends(late)])
async def after_yield(): ...


@app.get("/forgotten")
async def forgotten():
    tasks = typed_bg.BackgroundTasks()
    tasks.add_task(work)


@app.get("/forgotten_task")
async def forgotten_task():
    typed_bg.BackgroundTask(work)


@app.get("/stream")
async def stream(tasks: BackgroundTasks):
    tasks.add_task(work)

    async def body():
        yield b"x"
        raise OSError

    return StreamingResponse(body())


@app.get("/range")
async def file(tasks: BackgroundTasks):
    tasks.add_task(work)
    return FileResponse(__file__)


@app.get("/replaced")
async def replaced(tasks: BackgroundTasks):
    tasks.add_task(work)


@app.get("/http_exception")
async def http_exception(tasks: BackgroundTasks):
    tasks.add_task(work)
    raise HTTPException(404)


@app.get("/error")
def error(tasks: BackgroundTasks):
    tasks.add_task(work)
    raise OSError


@app.get("/invalid_response", response_model=int)
async def invalid_response(tasks: BackgroundTasks):
    tasks.add_task(work)
    return "no number"


def audit(tasks: BackgroundTasks):
    tasks.add_task(work)


@app.get("/invalid_request", dependencies=[Depends(audit)])
async def invalid_request(number: int): ...


def later_failure(_: str = Depends(audit)):
    raise HTTPException(403)


@app.get("/dependency", dependencies=[Depends(later_failure)])
async def dependency(): ...


@app.get("/runs")
async def runs(tasks: BackgroundTasks):
    tasks.add_task(work)


async def endpoint(request):
    tasks = typed_bg.BackgroundTasks()
    tasks.add_task(work)
    raise HTTPException(404)


class Replaces(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if request.url.path != "/replaced":
            return await call_next(request)
        await call_next(request)
        return PlainTextResponse("another")


class Recording:
    """An engine that accepts everything."""

    supports: frozenset[str] = frozenset()

    def __init__(self):
        self.accepted = []

    async def submit(self, calls):
        self.accepted += [call.name for call in calls]


engine = Recording()


@pytest.fixture(scope="module", params=["alone", "middleware", "engine", "engine and middleware"])
def client(request) -> Iterator[httpx.Client]:
    served = FastAPI()
    if "engine" in request.param:
        use(served, engine=engine)
    if "middleware" in request.param:
        served.add_middleware(Replaces)
    if request.param == "middleware":
        served.mount("/", app)
    else:
        served.include_router(app.router)
    with (
        serving.serve_in_thread(served, log_level=QUIET) as url,
        httpx.Client(
            base_url=url, timeout=serving.PATIENCE, headers={"Connection": "close"}
        ) as client,
    ):
        client.is_behind_middleware = "middleware" in request.param
        client.has_engine = "engine" in request.param
        yield client


def _knows_failures() -> bool:
    """FastAPI keeps a stack in the request's scope since 0.118."""
    return tuple(map(int, fastapi.__version__.split(".")[:2])) >= (0, 118)


KNOWS_FAILURES = _knows_failures()


# A server forgets an exception; a record that pytest keeps holds the tasks in its frames.
QUIET = "critical"

# In which a path's task is added, where the name is another one.
FUNCTIONS = {
    "after_yield": "late",
    "range": "file",
    "invalid_request": "audit",
    "dependency": "audit",
}


def records(caplog, function, wait=5, *, unless=lambda: False) -> list[logging.LogRecord]:
    """Wait for what the server's thread logs of a function's task, after the response."""
    added = re.compile(rf"work\(\), added at {re.escape(__file__)}:\d+, in {function}\b")
    end = time.monotonic() + wait
    while time.monotonic() < end:
        gc.collect()  # what an exception's traceback keeps alive
        found = [record for record in caplog.records if added.search(record.getMessage())]
        if found or unless():
            return found
        time.sleep(0.02)
    return []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("own", 200, "pass background=tasks"),
        pytest.param(
            *("after_yield", 200, "before the yield"),
            marks=pytest.mark.skipif(
                not KNOWS_FAILURES, reason="this FastAPI leaves dependencies before the tasks run"
            ),
        ),
        ("forgotten", 200, "background=tasks"),
        ("forgotten_task", 200, "background=task "),
        ("stream", None, "sending it failed"),
        ("range", 416, "pass background=tasks"),
    ],
)
def test_a_task_that_nothing_runs_is_a_warning(client, caplog, path, status, words):
    engine.accepted.clear()
    headers = {"Range": "bytes=900000-900001"} if path == "range" else {}
    try:
        response = client.get(f"/{path}", headers=headers)
        assert response.status_code == status or status is None  # a middleware ends the stream
    except httpx.HTTPError:
        assert status is None
    if path == "stream" and client.has_engine:  # which gets the tasks before the first chunk
        assert len(engine.accepted) == 1
        assert records(caplog, path, wait=0.2) == []
        return
    (record,) = records(caplog, FUNCTIONS.get(path, path))
    assert (record.name, record.levelno) == ("typed_bg", logging.WARNING)
    assert words in record.message


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("http_exception", 404),
        ("error", 500),
        ("invalid_response", 500),
        ("invalid_request", 422),
        ("dependency", 403),
    ],
)
def test_a_task_of_a_request_that_failed_is_an_information(client, caplog, path, status):
    caplog.set_level(logging.INFO, "typed_bg")
    assert client.get(f"/{path}").status_code == status
    (record,) = records(caplog, FUNCTIONS.get(path, path))
    assert record.levelno == (logging.INFO if KNOWS_FAILURES else logging.WARNING)


def test_a_task_that_runs_is_not_named(client, caplog):
    caplog.set_level(logging.DEBUG, "typed_bg")
    ran.clear()
    engine.accepted.clear()
    assert client.get("/runs").status_code == 200
    time.sleep(0.1)
    gc.collect()
    assert (ran, len(engine.accepted)) == (([], 1) if client.has_engine else (["?"], 0))
    assert [record for record in caplog.records if record.name == "typed_bg"] == []


def test_a_task_of_a_response_that_a_middleware_replaces_is_a_warning(client, caplog):
    if not client.is_behind_middleware:
        pytest.skip("no middleware")
    ran.clear()
    engine.accepted.clear()
    assert client.get("/replaced").text == "another"
    assert (
        records(caplog, "replaced", unless=lambda: ran or engine.accepted) or ran or engine.accepted
    )


def test_starlettes_handler_that_fails_is_a_warning(caplog):
    with serving.serve_in_thread(Starlette(routes=[Route("/", endpoint)]), log_level=QUIET) as url:
        assert httpx.get(url, timeout=serving.PATIENCE).status_code == 404
    (record,) = records(caplog, "endpoint")
    assert record.levelno == logging.WARNING
