"""When tasks are sent to the engine, and which response the client gets."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import logging
import re
import socket
import threading
import time

import fastapi
import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route

import typed_bg
from typed_bg import (
    BackgroundTask,
    EngineUnavailable,
    TaskOptionError,
    TaskPayloadError,
)
from typed_bg import BackgroundTasks as PlainTasks
from typed_bg._core import hooks, task_registry
from typed_bg.engines import propagation, use
from typed_bg.engines.worker import execute
from typed_bg.fastapi import BackgroundTasks, task_options
from typed_bg.testing import capture

events: list[str] = []
tenant: contextvars.ContextVar[str] = contextvars.ContextVar("tenant")


class Broker:
    """An engine whose broker is this object: it accepts, rejects or hangs, as configured."""

    supports = frozenset({"key", "delay"})

    def __init__(self, name="broker"):
        self.name = name
        self.calls = []
        self.error = None
        self.hangs = False
        self.most = 1_000  # how many of a request's calls it accepts
        self.entering_fails = False

    async def __aenter__(self):
        if self.entering_fails:
            msg = "a wrong setting"
            raise ValueError(msg)
        events.append(f"enter {self.name}")
        return self

    async def __aexit__(self, *_):
        events.append(f"leave {self.name}")

    async def submit(self, calls):
        if self.hangs:
            await asyncio.sleep(60)
        if self.error is not None:
            raise self.error
        self.calls += calls[: self.most]
        if len(calls) > self.most:
            msg = "the broker is full"
            raise EngineUnavailable(msg, accepted=self.most)
        events.append(f"{self.name} took {len(calls)}")

    @property
    def arguments(self):
        return [json.loads(call.payload)["args"] for call in self.calls]


def note(text: str) -> None:
    events.append(f"ran {text}")


async def note_async(text: str) -> None:
    asyncio.get_running_loop()
    events.append(f"ran {text}")


@pytest.fixture(autouse=True)
def _afresh():
    events.clear()
    by_name, by_id, active = dict(task_registry._by_name), dict(task_registry._by_id), hooks.router
    carried = dict(propagation._carried)
    yield
    hooks.router = active
    for now, before in (
        (task_registry._by_name, by_name),
        (task_registry._by_id, by_id),
        (propagation._carried, carried),
    ):
        now.clear()
        now.update(before)


@pytest.fixture
def broker():
    return Broker()


def fastapi_app(broker, handler=None, *, path="/", **options):
    app = fastapi.FastAPI()
    use(app, broker, **options)
    if handler:
        app.post(path)(handler)
    return app


def post(app, path="/", **options):
    """Return the response, and what happened in order, "response" among it."""

    async def observed(scope, receive, send):
        async def observe(message):
            if message["type"] == "http.response.start":
                events.append(f"response {message['status']}")
            await send(message)

        await app(scope, receive, observe if scope["type"] == "http" else send)

    client = TestClient(observed, raise_server_exceptions=False)
    return client.post(path, **options)


async def add_two(tasks: BackgroundTasks) -> dict[str, bool]:
    tasks.add_task(note_async, "a")
    tasks.add(note, key="k", delay=5)("b")
    return {"ok": True}


def add_two_in_a_thread(tasks: BackgroundTasks) -> dict[str, bool]:
    tasks.add_task(note_async, "a")
    tasks.add(note, key="k", delay=5)("b")
    return {"ok": True}


@pytest.mark.parametrize("handler", [add_two, add_two_in_a_thread])
def test_the_client_hears_when_the_engine_has_all_tasks(broker, handler):
    response = post(fastapi_app(broker, handler))
    assert (response.status_code, response.json()) == (200, {"ok": True})
    assert events == ["broker took 2", "response 200"]
    first, second = broker.calls
    assert (first.name, second.name) == (f"{__name__}:note_async", f"{__name__}:note")
    assert broker.arguments == [["a"], ["b"]]
    assert (second.options.key, second.options.delay) == ("k", 5)
    assert first.id != second.id


def test_after_the_response_if_so_chosen(broker):
    app = fastapi_app(broker, add_two, when="after_response", unreachable="run_in_process")
    assert post(app).status_code == 200
    assert events == ["response 200", "broker took 2"]


def test_a_request_without_tasks_is_as_ever(broker):
    async def nothing() -> int:
        return 1

    assert post(fastapi_app(broker, nothing)).json() == 1
    assert events == ["response 200"]


@pytest.mark.parametrize(
    "error", [EngineUnavailable("down"), OSError("refused"), TimeoutError("its own")]
)
def test_an_error_response_where_the_engine_refuses(broker, error, caplog):
    broker.error = error
    response = post(fastapi_app(broker, add_two))
    assert (response.status_code, response.json()) == (503, {"detail": "Service Unavailable"})
    assert events == ["response 503"]
    (record,) = caplog.records
    assert str(error) in record.message
    assert "note_async(), added at " in record.message
    assert f"{__file__}:" in record.message
    assert "did not answer" not in record.message


def test_an_error_response_of_ones_own(broker):
    async def respond(request, error):
        return PlainTextResponse(f"{request.url.path}: {error}", 429)

    broker.error = EngineUnavailable("down")
    response = post(fastapi_app(broker, add_two, error_response=respond))
    assert (response.status_code, response.text) == (429, "/: down")
    response = post(
        fastapi_app(broker, add_two, error_response=lambda _r, _e: Response(status_code=502))
    )
    assert response.status_code == 502


@pytest.mark.parametrize("when", ["before_response", "after_response"])
def test_tasks_run_in_process_where_that_is_chosen(broker, when, caplog):
    async def handler(tasks: BackgroundTasks) -> None:
        tasks.add_task(note_async, "a")
        tasks.add_task(note, "b")

    broker.error = EngineUnavailable("down")
    app = fastapi_app(broker, handler, when=when, unreachable="run_in_process")
    assert post(app).status_code == 200
    assert events == ["response 200", "ran a", "ran b"]
    assert "down; these tasks run in" in caplog.text
    assert ": note_async(), added at" in caplog.text


def test_what_runs_in_process_after_all_runs_where_it_would_have_run(broker):
    added = []

    async def handler(tasks: BackgroundTasks) -> None:
        tasks.add_task(note_async, "a")
        tasks.add_task(note, "b")
        tasks.add(note_async)("c")
        added.extend(tasks.tasks)

    broker.error = EngineUnavailable("down")
    assert post(fastapi_app(broker, handler, unreachable="run_in_process")).status_code == 200
    assert [call.is_async for call in added] == [True, False, True]


def test_only_what_was_not_accepted_runs_in_process(broker):
    async def handler(tasks: BackgroundTasks) -> None:
        for text in "abc":
            tasks.add_task(note_async, text)

    broker.most = 1
    app = fastapi_app(broker, handler, unreachable="run_in_process")
    assert post(app).status_code == 200
    assert broker.arguments == [["a"]]
    assert events == ["response 200", "ran b", "ran c"]


def test_what_was_accepted_before_a_refusal_is_said(broker, caplog):
    broker.most = 1
    assert post(fastapi_app(broker, add_two)).status_code == 503
    assert re.search(r"the broker is full; .*: note\(\)", caplog.text)


def test_a_deadline_for_an_engine_that_hangs(broker, caplog):
    broker.hangs = True
    assert post(fastapi_app(broker, add_two, deadline=0.05)).status_code == 503
    assert "Broker did not answer within 0.05 s" in caplog.text


async def raises(tasks: BackgroundTasks) -> None:
    tasks.add_task(note, "a")
    msg = "a mistake"
    raise LookupError(msg)


async def raises_http(tasks: BackgroundTasks) -> None:
    tasks.add_task(note, "a")
    raise fastapi.HTTPException(409)


async def returns_what_does_not_fit(tasks: BackgroundTasks) -> int:
    tasks.add_task(note, "a")
    return "no number"  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("handler", "status"), [(raises, 500), (raises_http, 409), (returns_what_does_not_fit, 500)]
)
def test_a_handler_that_fails_hands_over_nothing(broker, handler, status, caplog):
    assert post(fastapi_app(broker, handler)).status_code == status
    assert events == [f"response {status}"]
    # With an old FastAPI, a failed request cannot be told from another one whose tasks never ran.
    assert [text for text in caplog.messages if "never ran" not in text] == []


def test_arguments_are_checked_when_they_are_added(broker):
    seen = []

    async def handler(tasks: BackgroundTasks) -> None:
        for error, add in (
            (TaskPayloadError, lambda: tasks.add_task(note, 5)),  # type: ignore[arg-type]
            (TaskOptionError, lambda: tasks.add(note, timeout=5)("a")),
        ):
            with pytest.raises(error) as caught:
                add()
            seen.append(str(caught.value))

    assert post(fastapi_app(broker, handler)).status_code == 200
    assert seen[0].startswith("the argument text of note() ")
    assert ": it is 5" in seen[0]
    assert "not supported by Broker: it supports delay, key" in seen[1]
    assert broker.calls == []


def slow_chunks():
    for chunk in ("a", "b"):
        events.append(f"chunk {chunk}")
        yield chunk


async def stream(tasks: BackgroundTasks) -> StreamingResponse:
    tasks.add_task(note, "a")
    return StreamingResponse(slow_chunks())


async def send_file(tasks: BackgroundTasks) -> FileResponse:
    tasks.add_task(note, "a")
    return FileResponse(__file__)


def test_a_stream_starts_when_the_engine_has_the_tasks(broker):
    assert post(fastapi_app(broker, stream)).text == "ab"
    assert events == ["chunk a", "broker took 1", "response 200", "chunk b"]


@pytest.mark.parametrize("handler", [stream, send_file])
def test_a_stream_does_not_start_where_the_engine_refuses(broker, handler):
    assert post(fastapi_app(broker, handler)).status_code == 200
    assert len(broker.calls) == 1
    broker.error = EngineUnavailable("down")
    assert post(fastapi_app(broker, handler)).status_code == 503
    assert len(broker.calls) == 1


def test_dependencies_with_yield(broker, caplog):
    async def dependency(tasks: BackgroundTasks):
        tasks.add_task(note, "before")
        yield
        events.append("exit")

    async def handler(tasks: BackgroundTasks) -> None:
        tasks.add_task(note, "handler")

    app = fastapi.FastAPI()
    use(app, broker)
    app.post("/", dependencies=[fastapi.Depends(dependency)])(handler)
    assert post(app).status_code == 200
    assert broker.arguments == [["before"], ["handler"]]
    assert events.index("broker took 2") < events.index("response 200")
    assert caplog.records == []


def test_engines_of_the_target_the_collection_and_the_app_in_order():
    app_broker, own, of_target = Broker("app"), Broker("own"), Broker("target")
    typed_bg.task(name="sent", engine=of_target)(note)

    async def handler(tasks: BackgroundTasks) -> None:
        tasks.add_task(note_async, "a")
        tasks.engine = own
        tasks.add_task(note_async, "b")
        tasks.add_task(note, "c")
        tasks.engine = "in_process"
        tasks.add_task(note_async, "d")
        tasks.add_task(note, "e")

    assert post(fastapi_app(app_broker, handler)).status_code == 200
    assert events == ["app took 1", "own took 1", "target took 2", "response 200", "ran d"]
    assert (app_broker.arguments, own.arguments) == ([["a"]], [["b"]])
    assert of_target.arguments == [["c"], ["e"]]
    assert {call.name for call in of_target.calls} == {"sent"}


def test_a_target_in_process_whatever_the_app_says(broker):
    typed_bg.task(engine="in_process")(note)
    assert post(fastapi_app(broker, add_one)).status_code == 200
    assert events == ["response 200", "ran a"]


async def add_one(tasks: BackgroundTasks) -> None:
    tasks.add_task(note, "a")


def test_task_options_name_an_engine(broker):
    app = fastapi.FastAPI()
    app.post("/", dependencies=[task_options(engine=broker)])(add_one)
    assert post(app).status_code == 200
    assert broker.arguments == [["a"]]


def starlette_app(broker, respond, **options):
    async def endpoint(request):
        return respond()

    app = Starlette(routes=[Route("/", endpoint, methods=["POST"])], **options)
    use(app, broker)
    return app


def test_a_task_alone(broker):
    app = starlette_app(broker, lambda: JSONResponse(1, background=BackgroundTask(note, "a")))
    assert post(app).status_code == 200
    assert events == ["broker took 1", "response 200"]
    broker.error = EngineUnavailable("down")
    assert post(app).status_code == 503


def test_the_client_does_not_wait_for_a_task_alone_that_runs_in_process(broker):
    async def endpoint(request):
        return JSONResponse(1, background=BackgroundTask(note_async, "a"))

    app = Starlette(routes=[Route("/", endpoint, methods=["POST"])])
    use(app, broker, unreachable="run_in_process")
    broker.error = EngineUnavailable("down")
    assert post(app).status_code == 200
    assert events == ["response 200", "ran a"]


def test_collections_in_a_collection_are_handed_over_before_the_response(broker):
    def respond():
        inner = PlainTasks()
        inner.add_task(note, "inner")
        outer = PlainTasks([inner])
        outer.add_task(note, "outer")
        return JSONResponse(1, background=outer)

    assert post(starlette_app(broker, respond)).status_code == 200
    assert events == ["broker took 2", "response 200"]
    assert broker.arguments == [["inner"], ["outer"]]


def test_ours_in_starlettes_collection(broker):
    def respond():
        ours = [BackgroundTask(note, text) for text in "ab"]
        return JSONResponse(1, background=StarletteBackgroundTasks(ours))

    assert post(starlette_app(broker, respond)).status_code == 200
    assert events == ["broker took 1", "broker took 1", "response 200"]


def test_a_response_with_a_background_of_its_own_loses_tasks_loudly(broker, caplog):
    async def handler(tasks: BackgroundTasks) -> JSONResponse:
        tasks.add_task(note, "a")
        return JSONResponse(1, background=PlainTasks())

    assert post(fastapi_app(broker, handler)).status_code == 200
    assert broker.calls == []
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "never ran: note(), added at " in record.message


class Passing(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        return await call_next(request)


@pytest.mark.parametrize(
    "middleware",
    [
        Middleware(Passing),
        Middleware(GZipMiddleware, minimum_size=1),
        Middleware(CORSMiddleware, allow_origins=["*"]),
    ],
)
@pytest.mark.parametrize("respond", [JSONResponse, None])
@pytest.mark.parametrize("place", ["outside", "inside"])
def test_other_middleware(broker, middleware, respond, place):
    def make():
        tasks = PlainTasks()
        tasks.add_task(note, "a")
        if respond is None:
            return StreamingResponse(iter(["x" * 500, "y"]), background=tasks)
        return JSONResponse("x" * 500, background=tasks)

    async def endpoint(request):
        return make()

    inside = [middleware] if place == "inside" else []
    app = Starlette(
        routes=[
            Mount(
                "/", Starlette(middleware=inside, routes=[Route("/", endpoint, methods=["POST"])])
            )
        ],
        middleware=[] if place == "inside" else [middleware],
    )
    use(app, broker)
    assert post(app, headers={"origin": "https://example.org"}).status_code == 200
    assert events == ["broker took 1", "response 200"]
    broker.error = EngineUnavailable("down")
    assert post(app).status_code == 503


def test_an_app_in_an_app_has_its_own_engine(broker):
    inner = fastapi_app(Broker("inner"), add_one)
    plain = fastapi.FastAPI()
    plain.post("/")(add_one)
    app = fastapi_app(broker)
    app.mount("/inner", inner)
    app.mount("/plain", plain)
    assert post(app, "/inner/").status_code == 200
    assert post(app, "/plain/").status_code == 200
    assert events == ["inner took 1", "response 200", "broker took 1", "response 200"]


def test_the_lifespan_opens_and_closes_each_engine_once(broker):
    other, of_target = Broker("other"), Broker("target")
    typed_bg.task(engine=of_target)(note)

    @contextlib.asynccontextmanager
    async def lifespan(app):
        events.append("start")
        yield
        events.append("stop")

    app = fastapi.FastAPI(lifespan=lifespan)
    use(app, broker, engines=[broker, other])
    with TestClient(app):
        events.append("serving")
    opened = ["enter broker", "enter other", "enter target"]
    closed = ["leave target", "leave other", "leave broker"]
    assert events == [*opened, "start", "serving", "stop", *closed]


def test_tasks_are_recorded_and_not_handed_over_in_a_test(broker, caplog):
    for handler in (add_two, stream):
        with capture() as captured:
            assert post(fastapi_app(broker, handler)).status_code == 200
        assert [task.args[0] for task in captured] == ["a", "b"][: len(captured)]
        assert captured
    app = starlette_app(broker, lambda: JSONResponse(1, background=BackgroundTask(note, "a")))
    with capture() as captured:
        assert post(app).status_code == 200
    assert [task.func for task in captured] == [note]
    assert broker.calls == []
    assert caplog.records == []


def test_a_task_that_adds_tasks(broker):
    async def adds(tasks: PlainTasks) -> None:
        tasks.add_task(note, "later")

    async def handler(tasks: BackgroundTasks) -> None:
        tasks.engine = "in_process"
        tasks.add_task(adds, tasks)
        tasks.engine = None

    assert post(fastapi_app(broker, handler)).status_code == 200
    assert events == ["response 200", "broker took 1"]


@pytest.mark.parametrize("is_added_before", [True, False])
def test_a_message_before_the_response_does_not_let_it_go(broker, is_added_before):
    async def hints(scope, receive, send):
        tasks = PlainTasks()
        if is_added_before:
            tasks.add_task(note, "a")
        await send({"type": "http.response.early_hint", "links": []})
        if not is_added_before:
            tasks.add_task(note, "a")
        await JSONResponse(1, background=tasks)(scope, receive, send)

    sent = []

    async def send(message):
        sent.append(message.get("status") or message["type"].rpartition(".")[2])

    async def receive():
        return {"type": "http.request"}

    app = Starlette(routes=[Mount("/", hints)])
    use(app, broker)
    broker.error = EngineUnavailable("down")
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))
    assert sent == ["early_hint", 503, "body"]


def test_a_websocket_hands_over_what_it_runs(broker):
    app = fastapi_app(broker)

    @app.websocket("/")
    async def endpoint(websocket: fastapi.WebSocket) -> None:
        await websocket.accept()
        tasks = PlainTasks()
        tasks.add(note, key="k")("a")
        await tasks()
        await websocket.send_text("done")

    with TestClient(app).websocket_connect("/") as connection:
        assert connection.receive_text() == "done"
    assert broker.arguments == [["a"]]


def test_configurations_that_cannot_be(broker):
    for options, message in (
        ({"when": "after_response"}, "would lose tasks"),
        ({"when": "later"}, "when is 'later'; it must be 'before_response' or 'after_response'"),
        ({"unreachable": "drop"}, "is 'drop'; it must be 'error' or 'run_in_process'"),
        ({"deadline": 0}, "deadline is 0: it must be"),
        ({"deadline": float("nan")}, "deadline is nan: it must be"),
    ):
        with pytest.raises(ValueError, match=message):
            use(Starlette(), broker, **options)
    with pytest.raises(TypeError, match="the engine is 'redis://'"):
        use(Starlette(), "redis://")  # type: ignore[arg-type]
    app = fastapi_app(broker)
    with pytest.raises(RuntimeError, match="call it once"):
        use(app, broker)
    started = fastapi.FastAPI()
    post(started)
    with pytest.raises(RuntimeError, match="the app has started"):
        use(started, broker)
    with pytest.raises(ValueError, match=r"two context variables .* 'tenant'"):
        use(Starlette(), contextvars=[tenant, contextvars.ContextVar("tenant")])


def carried() -> None:
    from opentelemetry import trace  # noqa: PLC0415  # not everywhere

    context = trace.get_current_span().get_span_context()
    events.append(f"{tenant.get('none')} {context.trace_id:x}")


def test_context_crosses(broker):
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    tracer = trace.TracerProvider().get_tracer("test")
    ids = []

    async def handler(tasks: BackgroundTasks) -> None:
        tenant.set("acme")
        with tracer.start_as_current_span("request") as span:
            ids.append(f"{span.get_span_context().trace_id:x}")
            tasks.add_task(carried)

    assert post(fastapi_app(broker, handler, contextvars=[tenant])).status_code == 200
    events.clear()
    asyncio.run(execute(broker.calls[0].payload))
    assert events == [f"acme {ids[0]}"]
    assert tenant.get("none") == "none"


def test_a_variable_that_json_cannot_hold_is_refused(broker):
    async def handler(tasks: BackgroundTasks) -> str:
        tenant.set(("acme",))  # type: ignore[arg-type]
        with pytest.raises(TaskPayloadError) as caught:
            tasks.add_task(note, "a")
        return str(caught.value)

    text = post(fastapi_app(broker, handler, contextvars=[tenant])).json()
    assert text.startswith("the context variable tenant cannot ")


@contextlib.contextmanager
def serving(app):
    """uvicorn in a thread, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))

        def run():
            with contextlib.suppress(SystemExit):  # where it could not start
                server.run([listener])

        thread = threading.Thread(target=run)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", thread
        finally:
            server.should_exit = True
            thread.join()


def test_requests_at_a_time_do_not_mix(broker):
    async def handler(number: int, tasks: BackgroundTasks) -> None:
        tasks.add_task(note, str(number))
        await asyncio.sleep(0.01)
        tasks.add_task(note, str(number))
        if number % 3 == 0:
            raise fastapi.HTTPException(409)

    app = fastapi_app(broker, handler, path="/{number}")

    async def ask(url):
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            return await asyncio.gather(*(client.post(f"/{number}") for number in range(20)))

    with serving(app) as (url, _):
        responses = asyncio.run(ask(url))
    assert [response.status_code for response in responses] == [
        200 if number % 3 else 409 for number in range(20)
    ]
    accepted = [argument for (argument,) in broker.arguments]
    assert sorted(accepted) == sorted([str(number) for number in range(20) if number % 3] * 2)
    assert accepted[::2] == accepted[1::2]  # a request's tasks lie together


def test_a_server_whose_engine_cannot_be_opened_does_not_start(broker):
    broker.entering_fails = True
    with serving(fastapi_app(broker, add_one)) as (_, thread):
        assert not thread.is_alive()


def test_a_client_that_goes_away_in_a_stream_takes_no_task_along(broker):
    async def endless():
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0.001)

    async def handler(tasks: BackgroundTasks) -> StreamingResponse:
        tasks.add_task(note, "a")
        return StreamingResponse(endless())

    with serving(fastapi_app(broker, handler)) as (url, _), httpx.stream("POST", url) as response:
        assert response.status_code == 200
        assert broker.arguments == [["a"]]
    assert broker.arguments == [["a"]]
