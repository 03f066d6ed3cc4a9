"""Where a task runs does not depend on who added it; the client gets a 503 if still possible."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence  # noqa: TC003  # FastAPI reads them
from contextlib import nullcontext
from typing import Annotated, Any

import fastapi
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send  # noqa: TC002  # as all other hints

import typed_bg
from typed_bg.engines import TaskCall, use
from typed_bg.exceptions import EngineUnavailable, TaskTargetError
from typed_bg.fastapi import BackgroundTasks  # noqa: TC001  # FastAPI reads it

ran: list[str] = []


class Recording:
    """An engine that keeps what it accepts, or is down."""

    supports: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.payloads: list[str] = []
        self.is_down = False

    async def submit(self, calls: Sequence[TaskCall]) -> None:
        if self.is_down:
            msg = "it is down"
            raise EngineUnavailable(msg)
        self.payloads += [call.payload for call in calls]


@typed_bg.task(name="audit-of-tests")
def audit(where: str) -> None:
    ran.append(where)


def log(tasks: fastapi.BackgroundTasks) -> None:
    tasks.add_task(audit, "dependency")


router = APIRouter()


@router.get("/included")
async def included(tasks: fastapi.BackgroundTasks) -> None:
    tasks.add_task(audit, "included")


def app_of(engine: Recording, **options: Any) -> FastAPI:  # noqa: C901  # a route a case
    app = FastAPI()
    use(app, engine=engine, **options)

    @app.get("/checked")
    async def checked(tasks: BackgroundTasks) -> None:
        tasks.add_task(audit, "checked")

    @app.get("/plain")
    async def plain(tasks: fastapi.BackgroundTasks) -> None:
        tasks.add_task(audit, "plain")

    @app.get("/lambda")
    async def of_lambda(tasks: fastapi.BackgroundTasks) -> None:
        tasks.add_task(lambda: None)

    @app.get("/executor")
    async def executor(tasks: BackgroundTasks) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, tasks.add_task, audit, "executor")

    @app.get("/own_collection")
    async def own_collection() -> JSONResponse:
        tasks = typed_bg.BackgroundTasks()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, tasks.add_task, audit, "own")
        return JSONResponse({}, background=tasks)

    @app.get("/middleware")
    async def middleware() -> None: ...

    @app.get("/error")
    async def error() -> None:
        raise RuntimeError

    @app.get("/checked_first")
    async def checked_first(tasks: BackgroundTasks, _: Annotated[None, Depends(log)]) -> None: ...

    @app.get("/dependency_first")
    async def dependency_first(
        _: Annotated[None, Depends(log)], tasks: BackgroundTasks
    ) -> None: ...

    @app.middleware("http")
    async def add_audit(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        if request.url.path == "/middleware":
            response.background = typed_bg.BackgroundTask(audit, "middleware")
        return response

    @app.exception_handler(Exception)
    async def on_error(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({}, 500, background=typed_bg.BackgroundTask(audit, "error"))

    @app.get("/lazy")
    async def lazy(tasks: BackgroundTasks) -> StreamingResponse:
        async def lines() -> AsyncIterator[str]:
            tasks.add_task(audit, "lazy")
            yield "{}\n"
            yield "{}\n"

        return StreamingResponse(lines(), background=tasks)

    @app.get("/lazy_sync")
    def lazy_sync(tasks: BackgroundTasks) -> StreamingResponse:
        def lines() -> Iterator[str]:
            tasks.add_task(audit, "lazy")
            yield "{}\n"

        return StreamingResponse(lines(), background=tasks)

    @app.get("/empty")
    async def empty() -> StreamingResponse:
        return StreamingResponse(iter(()))

    app.include_router(router)
    return app


@pytest.fixture
def engine() -> Recording:
    ran.clear()
    return Recording()


@pytest.mark.parametrize(
    "path",
    [
        *("checked", "plain", "executor", "own_collection", "middleware", "error", "included"),
        *("checked_first", "dependency_first", "lazy", "lazy_sync"),
    ],
)
def test_the_engine_gets_the_task_or_the_client_an_error(engine: Recording, path: str) -> None:
    client = TestClient(app_of(engine), raise_server_exceptions=False)
    assert client.get(f"/{path}").status_code == (500 if path == "error" else 200)
    assert len(engine.payloads) == 1
    engine.is_down = True
    assert client.get(f"/{path}").status_code == 503
    assert ran == []


def test_a_lambda_is_rejected_also_where_fastapis_class_is_named(engine: Recording) -> None:
    with pytest.raises(TaskTargetError, match="a lambda"):
        TestClient(app_of(engine)).get("/lambda")


def test_a_response_without_tasks_is_sent(engine: Recording) -> None:
    client = TestClient(app_of(engine))
    assert client.get("/empty").status_code == 200
    assert client.get("/missing").status_code == 404


async def early(tasks: fastapi.BackgroundTasks) -> None:
    tasks.add_task(audit, "early")


class Wrapper:
    """Middleware around an app, as people write it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def earlier_app(kind: str, engine: Recording, **options: bool) -> Starlette:
    """Make an app whose handler `/in/early` names FastAPI's class, and calls `use` last."""
    app, inner, routes = FastAPI(), FastAPI(), APIRouter()
    if kind == "route":
        app.get("/in/early")(early)
    elif kind == "dependency":
        app.get("/in/early", dependencies=[Depends(early)])(lambda: None)
    elif kind == "router":
        routes.get("/early")(early)
        app.include_router(routes, prefix="/in")
    elif kind == "nested router":
        routes.get("/early")(early)
        outer = APIRouter()
        outer.include_router(routes, prefix="/in")
        app.include_router(outer)
    else:
        inner.get("/early")(early)
        mounted: Any = Wrapper(Wrapper(inner)) if kind == "wrapped" else inner
        if kind == "starlette":
            outside = Starlette(routes=[Mount("/in", mounted)])
            use(outside, engine=engine, **options)
            return outside
        app.mount("/in", mounted)
    use(app, engine=engine, **options)
    return app


KINDS = ("route", "dependency", "router", "nested router", "mounted", "wrapped", "starlette")


@pytest.mark.parametrize("lifespan", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_tasks_of_earlier_routes_and_mounted_apps_go_to_the_engine(
    engine: Recording, kind: str, *, lifespan: bool, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(earlier_app(kind, engine, strict=True))
    with client if lifespan else nullcontext():
        assert client.get("/in/early").status_code == 200
        assert client.get("/in/early").status_code == 200
    assert len(engine.payloads) == 2
    assert ran == []
    assert [record for record in caplog.records if record.name == "typed_bg"] == []


def test_a_route_that_is_added_while_the_app_runs(engine: Recording) -> None:
    app = FastAPI()
    use(app, engine=engine)
    with TestClient(app) as client:
        app.get("/early")(early)
        client.get("/early")
    assert len(engine.payloads) == 1


@pytest.fixture
def _other_fastapi(monkeypatch: pytest.MonkeyPatch) -> None:
    """A FastAPI that keeps the dependencies of a route elsewhere."""
    monkeypatch.setattr("typed_bg.fastapi.check_handlers", lambda _: None)


@pytest.mark.usefixtures("_other_fastapi")
@pytest.mark.parametrize("kind", KINDS)
def test_a_handler_whose_tasks_no_engine_gets_is_named(
    engine: Recording, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(earlier_app(kind, engine)) as client:
        (message,) = [record.getMessage() for record in caplog.records if record.name == "typed_bg"]
        assert f"{__file__}:" in message
        assert "early(tasks: fastapi.BackgroundTasks)" in message
        client.get("/in/early")
    assert ran == ["early"]


@pytest.mark.usefixtures("_other_fastapi")
def test_the_checked_class_sends_the_tasks_of_such_handlers(
    engine: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    """As the warning suggests."""
    app, inner = FastAPI(), FastAPI()

    async def handler(tasks: BackgroundTasks) -> None:
        tasks.add_task(audit, "early")

    app.get("/early")(handler)
    inner.get("/mounted")(handler)
    app.mount("/inner", inner)
    use(app, engine=engine)
    with TestClient(app) as client:
        client.get("/early")
        client.get("/inner/mounted")
    assert len(engine.payloads) == 2
    assert ran == []
    assert [record for record in caplog.records if record.name == "typed_bg"] == []


@pytest.mark.usefixtures("_other_fastapi")
def test_strict_does_not_start_such_an_app(
    engine: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    with (
        pytest.raises(RuntimeError, match=r"the parameter with typed_bg\.fastapi"),
        TestClient(earlier_app("route", engine, strict=True)),
    ):
        pass


def test_strict_starts_an_app_whose_tasks_all_go_to_the_engine(engine: Recording) -> None:
    with TestClient(app_of(engine, strict=True)) as client:
        client.get("/plain")
    assert len(engine.payloads) == 1
