"""How the tasks that FastAPI injects are run: `task_options`, and FastAPI's own spans."""

import contextlib
import itertools
import sys

import anyio
import fastapi
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from typed_bg.fastapi import BackgroundTasks, CheckedBackgroundTasks, task_options

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup


@pytest.fixture
def ran():
    return []


def options_of(app, path="/"):
    """Return the options of the collection that a request of `path` has used."""
    response = TestClient(app).get(path)
    assert response.status_code == 200
    return response.json()


def show_options(tasks: BackgroundTasks):
    return [tasks.on_error, tasks.max_concurrency]


def test_options_hold_for_an_app():
    app = FastAPI(dependencies=[task_options(on_error="continue", max_concurrency=3)])
    app.get("/")(show_options)
    assert options_of(app) == ["continue", 3]


def test_the_defaults_are_starlettes():
    app = FastAPI(dependencies=[task_options()])
    app.get("/")(show_options)
    assert options_of(app) == ["stop", 1]


def test_the_handlers_go_before_the_routers_and_those_before_the_apps():
    app = FastAPI(dependencies=[task_options(on_error="continue", max_concurrency=2)])
    router = APIRouter(dependencies=[task_options(max_concurrency=3)])
    inner = APIRouter(dependencies=[task_options(max_concurrency=4)])
    app.get("/app")(show_options)
    router.get("/router")(show_options)
    router.get("/handler", dependencies=[task_options(max_concurrency=5)])(show_options)
    router.get("/stop", dependencies=[task_options(on_error="stop")])(show_options)
    inner.get("/inner")(show_options)
    router.include_router(inner)
    app.include_router(router)
    app.include_router(inner, prefix="/again", dependencies=[task_options(max_concurrency=6)])
    assert options_of(app, "/app") == ["continue", 2]
    assert options_of(app, "/router") == ["continue", 3]
    assert options_of(app, "/handler") == ["continue", 5]
    assert options_of(app, "/stop") == ["stop", 3]
    assert options_of(app, "/inner") == ["continue", 4]
    assert options_of(app, "/again/inner") == ["continue", 4]  # the router's own is nearer


def test_options_of_one_handler_are_not_anothers():
    app = FastAPI()
    app.get("/with", dependencies=[task_options(on_error="continue")])(show_options)
    app.get("/without")(show_options)
    assert options_of(app, "/with") == ["continue", 1]
    assert options_of(app, "/without") == ["stop", 1]
    fresh = CheckedBackgroundTasks()
    assert (fresh.on_error, fresh.max_concurrency) == ("stop", 1)


@pytest.mark.parametrize("options", [{"on_error": "ignore"}, {"max_concurrency": 0}])
def test_an_option_with_a_value_that_it_cannot_have_is_refused_at_once(options):
    (name,) = options
    with pytest.raises(ValueError, match=name):
        task_options(**options)


def add_two_failures(tasks, ran):
    def fail(text):
        raise OSError(text)

    tasks.add_task(fail, "first")
    tasks.add_task(ran.append, "between")
    tasks.add_task(fail, text="second")
    tasks.add_task(ran.append, "last")


@pytest.mark.parametrize("annotation", [BackgroundTasks, fastapi.BackgroundTasks])
def test_with_continue_every_task_runs_and_all_errors_are_raised(ran, annotation):
    app = FastAPI(dependencies=[task_options(on_error="continue")])

    @app.get("/")
    def handler(tasks: annotation):  # the call sites stay as they are
        add_two_failures(tasks, ran)

    with pytest.raises(ExceptionGroup, match="2 background tasks failed") as caught:
        TestClient(app).get("/")
    assert [str(error) for error in caught.value.exceptions] == ["first", "second"]
    assert ran == ["between", "last"]


def test_the_client_has_its_response_whatever_fails(ran):
    app = FastAPI(dependencies=[task_options(on_error="continue")])

    @app.get("/")
    def handler(tasks: BackgroundTasks):
        add_two_failures(tasks, ran)
        return "sent"

    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.json()) == (200, "sent")


def test_with_max_concurrency_that_many_tasks_run_at_once(ran):
    app = FastAPI()
    at_once = [0]
    events = {}

    async def meet(number):
        at_once[0] += 1
        ran.append(at_once[0])
        events.setdefault(number // 2, anyio.Event())
        if number % 2:
            events[number // 2].set()
        await events[number // 2].wait()  # returns only if both of a pair run
        at_once[0] -= 1

    @app.get("/", dependencies=[task_options(max_concurrency=2)])
    async def handler(tasks: BackgroundTasks):
        for number in range(4):
            tasks.add_task(meet, number)

    assert TestClient(app).get("/").status_code == 200
    assert len(ran) == 4
    assert max(ran) == 2


# Telemetry came with FastAPI 0.16x.
telemetry = pytest.mark.skipif(
    "telemetry" not in FastAPI.__init__.__annotations__, reason="this FastAPI has no telemetry"
)


def recording_provider(spans):
    """Make a tracer provider that notes the spans it starts; its span ids are their numbers."""
    from opentelemetry import trace  # noqa: PLC0415  # older FastAPI comes without it

    numbers = itertools.count(1)

    class Recorder(trace.TracerProvider, trace.Tracer):
        def get_tracer(self, *args, **kwargs):
            return self

        def start_span(self, name, context=None, kind=None, attributes=None, *args, **kwargs):
            number = next(numbers)
            spans[number] = (name, (attributes or {}).get("code.function.name"))
            context = trace.SpanContext(trace_id=1, span_id=number, is_remote=False)
            return trace.NonRecordingSpan(context)

        @contextlib.contextmanager
        def start_as_current_span(self, name, *args, **kwargs):
            span = self.start_span(name, attributes=kwargs.get("attributes"))
            with trace.use_span(span, end_on_exit=True):
                yield span

    return Recorder()


@telemetry
@pytest.mark.parametrize(
    ("annotation", "options"),
    [
        (fastapi.BackgroundTasks, {}),
        (BackgroundTasks, {}),
        (BackgroundTasks, {"on_error": "continue"}),
        (BackgroundTasks, {"max_concurrency": 4}),
    ],
    ids=["fastapi", "checked", "continue", "concurrent"],
)
def test_fastapis_spans_stay_one_a_task_and_round_it(annotation, options):
    from opentelemetry import trace  # noqa: PLC0415  # older FastAPI comes without it

    spans, inside = {}, {}
    app = FastAPI(telemetry={"tracer_provider": recording_provider(spans)})

    def note(name):
        inside[name] = spans[trace.get_current_span().get_span_context().span_id]

    def task(name):
        note(name)

    async def atask(name):
        note(name)

    @app.get("/", dependencies=[task_options(**options)] if options else [])
    def handler(tasks: annotation):
        tasks.add_task(task, "sync")
        tasks.add_task(atask, "async")

    assert TestClient(app).get("/").status_code == 200
    assert inside == {
        "sync": ("fastapi.background_task", f"{__name__}.{task.__qualname__}"),
        "async": ("fastapi.background_task", f"{__name__}.{atask.__qualname__}"),
    }
    names = [name for name, _ in spans.values()]
    assert names.count("fastapi.background_task") == 2


def test_a_websocket_under_task_options_takes_no_tasks():
    app = FastAPI(dependencies=[task_options()])

    @app.websocket("/")
    async def talk(websocket: fastapi.WebSocket, tasks: fastapi.BackgroundTasks):
        await websocket.accept()
        try:
            tasks.add_task(print, "never")
        except TypeError as error:
            await websocket.send_text(str(error))

    with TestClient(app).websocket_connect("/") as websocket:
        assert websocket.receive_text().startswith("print() would never run")


@pytest.mark.parametrize(("name", "value"), [("on_error", "contine"), ("max_concurrency", 0)])
def test_options_that_are_set_later_are_checked_too(name, value):
    tasks = CheckedBackgroundTasks()
    before = getattr(tasks, name)
    with pytest.raises(ValueError, match=name):
        setattr(tasks, name, value)
    assert getattr(tasks, name) == before
