"""Tasks of requests that raised: with `on_exception="run"` engines get them, otherwise not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import fastapi
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from harness import PATIENCE
from journal_tasks import wait

from typed_bg.engines import use
from typed_bg.exceptions import EngineUnavailable
from typed_bg.fastapi import BackgroundTasks, task_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Journal, Kit, Start
    from servers import RedisServer

    from typed_bg.engines import Engine

pytestmark = [
    pytest.mark.skipif(
        tuple(map(int, fastapi.__version__.split(".")[:2])) < (0, 118), reason="needs FastAPI 0.118"
    )
]


class OwnError(Exception):
    """For which the app has a handler."""


def make_app(engine: Engine, **options: Any) -> FastAPI:
    app = FastAPI(dependencies=[task_options(**options)])
    use(app, engine=engine, deadline=20)

    @app.get("/http")
    async def http(tasks: BackgroundTasks) -> None:
        tasks.add_task(wait, 1, 0.0)
        raise HTTPException(404)

    @app.get("/handled")
    def handled(tasks: BackgroundTasks) -> None:
        tasks.add_task(wait, 2, 0.0)
        raise OwnError

    @app.get("/error")
    async def error(tasks: BackgroundTasks) -> None:
        tasks.add_task(wait, 3, 0.0)
        raise ValueError

    @app.get("/invalid")
    async def invalid(tasks: BackgroundTasks) -> int:
        tasks.add_task(wait, 4, 0.0)
        return "no number"  # type: ignore[return-value]

    @app.get("/chosen")
    async def chosen(tasks: BackgroundTasks) -> None:
        tasks.add_task(wait, 5, 0.0)
        tasks.add(wait, on_exception="run")(6, 0.0)
        raise HTTPException(403)

    @app.get("/fine")
    async def fine(tasks: BackgroundTasks) -> None:
        tasks.add_task(wait, 7, 0.0)

    @app.exception_handler(OwnError)
    async def handle(request: object, error: object) -> JSONResponse:
        return JSONResponse({}, 409)

    return app


STATUSES = {"http": 404, "handled": 409, "error": 500, "invalid": 500, "chosen": 403, "fine": 200}


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"on_exception": "run"}, {1, 2, 3, 4, 5, 6, 7}), ({}, {6, 7})],
    ids=["run", "default"],
)
@pytest.mark.parametrize("place", ["worker", "web process"])
def test_they_run(  # noqa: PLR0913, PLR0917  # fixtures
    kit: Kit,
    journal: Journal,
    start_redis: Callable[..., RedisServer],
    start_worker: Start,
    place: str,
    options: Any,
    expected: set[int],
) -> None:
    url = kit.embedded_url
    if place == "worker" or url is None:
        url = start_redis("--appendonly", "yes").url
        start_worker(url)
    app = make_app(kit.engine(url), **options)
    with TestClient(app, raise_server_exceptions=False) as client:
        for path, status in STATUSES.items():
            assert (path, client.get(f"/{path}").status_code) == (path, status)
        limit = time.monotonic() + PATIENCE
        while set(journal.events("end")) < expected and time.monotonic() < limit:
            time.sleep(0.05)
        time.sleep(0.5)  # others would have come by now: those above were queued last
    assert journal.events("end") == dict.fromkeys(expected, 1)


class DownEngine:
    supports: frozenset[str] = frozenset()

    async def submit(self, calls: object) -> None:
        raise EngineUnavailable("it is down")  # noqa: EM101, TRY003


def test_without_the_engine_a_handled_exception_becomes_a_503() -> None:
    client = TestClient(make_app(DownEngine(), on_exception="run"))
    assert client.get("/http").status_code == 503
    assert client.get("/handled").status_code == 503


def test_without_the_engine_the_error_of_the_request_is_still_raised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = TestClient(make_app(DownEngine(), on_exception="run"))
    with pytest.raises(ValueError):  # noqa: PT011
        client.get("/error")
    assert "it is down" in caplog.text
    assert "journal_tasks" in caplog.text or "wait()" in caplog.text
    client = TestClient(make_app(DownEngine(), on_exception="run"), raise_server_exceptions=False)
    assert client.get("/error").status_code == 500
