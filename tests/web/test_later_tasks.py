"""Under a middleware that runs background tasks after the middleware stack has returned.

Starlette has an open change, its pull request 2176, that does this, and lets the apps in an app
share one collection. The middleware here does the same. docs/tutorial/order.md tells the results.
"""

import gc
import logging
import time
from typing import Annotated

import fastapi
import pytest
from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from starlette.background import BackgroundTasks as StarletteTasks
from starlette.responses import JSONResponse, Response

import typed_bg
from typed_bg.engines import use
from typed_bg.exceptions import EngineUnavailable
from typed_bg.fastapi import BackgroundTasks, task_options

pytestmark = pytest.mark.skipif(
    tuple(map(int, fastapi.__version__.split(".")[:2])) < (0, 118),
    reason="this FastAPI closes dependencies before the response, and does not tell failures",
)

events = []


class RunsTasksLater:
    """The outermost middleware: it runs what responses have deferred after its app returned."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or "deferred" in scope:  # an app in an app shares its collection
            await self.app(scope, receive, send)
            return
        deferred = scope["deferred"] = StarletteTasks()
        await self.app(scope, receive, send)
        await deferred()


class Announces:
    """A middleware between that one and the routes."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def announce(message):
            if message["type"] == "http.response.body":
                events.append("sent")
            await send(message)

        await self.app(scope, receive, announce)
        if scope["type"] == "http":
            events.append("left")
            if scope["path"] == "/fails_later":
                raise OSError


@pytest.fixture(params=["append", "extend"], autouse=True)
def way(request, monkeypatch):
    """Let responses defer their background: as a whole, or the tasks of a collection one by one."""
    events.clear()
    send_response = Response.__call__

    async def defer(self, scope, receive, send):
        background, self.background = self.background, None
        await send_response(self, scope, receive, send)
        self.background = background  # a response may be sent again
        if background is not None and request.param == "append":
            scope["deferred"].tasks.append(background)
        elif background is not None:
            scope["deferred"].tasks.extend(getattr(background, "tasks", [background]))

    monkeypatch.setattr(Response, "__call__", defer)
    return request.param


@typed_bg.task(name="note-of-later-tasks")
def note(text: str) -> None:
    events.append(text)


def fail(text: str) -> None:
    raise OSError(text)


def close():
    yield
    events.append("closed")


def served(engine=None, **options):
    app = FastAPI(dependencies=[task_options(**options)])
    if engine is not None:
        use(app, engine=engine)

    @app.get("/")
    async def handler(tasks: BackgroundTasks, _: Annotated[None, Depends(close)]):
        tasks.add_task(note, "first")
        tasks.add_task(note, "second")

    @app.get("/fails")
    async def fails(tasks: BackgroundTasks):
        tasks.add_task(fail, "a")
        tasks.add_task(note, "behind it")

    @app.get("/raises")
    async def raises(tasks: BackgroundTasks):
        tasks.add_task(note, "dropped")
        raise HTTPException(404)

    @app.get("/fails_later")
    async def fails_later(tasks: BackgroundTasks):
        tasks.add_task(note, "discarded")

    @app.get("/own")
    async def own():
        return JSONResponse({}, background=typed_bg.BackgroundTask(note, "own"))

    inner = FastAPI()

    @inner.get("/")
    async def of_inner(tasks: BackgroundTasks):
        tasks.add_task(note, "of the inner app")

    inner.add_middleware(RunsTasksLater)
    app.mount("/inner", inner)
    app.add_middleware(Announces)
    app.add_middleware(RunsTasksLater)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "ran"),
    [("/", ["first", "second"]), ("/own", ["own"]), ("/inner/", ["of the inner app"])],
)
def test_tasks_run_after_the_middleware_and_are_not_named(path, ran, caplog):
    assert served().get(path).status_code == 200
    closed = ["closed"] if path == "/" else []  # the task finds its dependencies closed
    assert events == ["sent", *closed, "left", *ran]
    gc.collect()
    assert [record for record in caplog.records if record.name == "typed_bg"] == []


def test_a_failing_task_is_named(way):
    client = TestClient(served().app)
    with pytest.raises(OSError, match="a") as caught:
        client.get("/fails")
    notes = "\n".join(getattr(caught.value, "__notes__", ()))
    assert "in background task fail(), added at " in notes
    # Without its collection, a task does not know the tasks behind it.
    assert ("note" in notes) == (way == "append")


def test_options_apply_to_a_collection_that_runs_as_a_whole(way):
    served(on_error="continue").get("/fails")
    assert events[2:] == (["behind it"] if way == "append" else [])


@pytest.mark.parametrize(
    ("path", "level"), [("/raises", logging.INFO), ("/fails_later", logging.WARNING)]
)
def test_tasks_that_never_run_are_named(path, level, caplog):
    caplog.set_level(logging.INFO, "typed_bg")
    served().get(path)
    end = time.monotonic() + 5
    while not caplog.records and time.monotonic() < end:
        gc.collect()
        time.sleep(0.02)
    (record,) = [record for record in caplog.records if record.name == "typed_bg"]
    assert record.levelno == level
    assert "never ran: note(), added at " in record.message.replace("'note-of-later-tasks' ", "")


class Engine:
    supports: frozenset[str] = frozenset()
    is_down = False

    async def submit(self, calls):
        if self.is_down:
            msg = "it is down"
            raise EngineUnavailable(msg)
        events.extend("accepted" for _ in calls)


def test_an_engine_gets_the_tasks_only_after_the_response():
    """What would have to change, see docs/tutorial/order.md."""
    engine = Engine()
    client = served(engine)
    assert client.get("/").status_code == 200
    assert sorted(events) == sorted(["closed", "sent", "left", "accepted", "accepted"])
    assert events[-3:] == ["left", "accepted", "accepted"]
    engine.is_down = True
    assert client.get("/").status_code == 200
    with pytest.raises(EngineUnavailable, match="down"):  # which a server logs
        TestClient(client.app).get("/")
