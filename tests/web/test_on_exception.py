"""Tasks that run although the request raised an exception."""

import gc
import logging

import fastapi
import httpx
import pytest
from apps import serving
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from fastapi.testclient import TestClient

import typed_bg
from typed_bg.fastapi import BackgroundTasks, task_options
from typed_bg.testing import capture

supported = tuple(map(int, fastapi.__version__.split(".")[:2])) >= (0, 118)
needs_support = pytest.mark.skipif(not supported, reason="needs FastAPI 0.118")
ran = []


def work(name):
    ran.append(name)


async def async_work(name):
    ran.append(name)


def fail():
    raise OSError("of a task")  # noqa: EM101, TRY003


def add(tasks):
    tasks.add_task(work, "sync")
    tasks.add_task(async_work, "async")


class OwnError(Exception):
    """For which the app has a handler."""


def make_app(*, dependencies=(), route=()):  # noqa: C901  # one handler a case
    app = FastAPI(dependencies=list(dependencies))
    router = APIRouter(dependencies=list(route))

    @router.get("/http")
    async def http(tasks: BackgroundTasks):
        add(tasks)
        raise HTTPException(404)

    @router.get("/error")
    def error(tasks: BackgroundTasks):
        add(tasks)
        raise ValueError

    @router.get("/handled")
    async def handled(tasks: BackgroundTasks):
        add(tasks)
        raise OwnError

    @router.get("/invalid", response_model=int)
    async def invalid(tasks: BackgroundTasks):
        add(tasks)
        return "no number"

    @router.get("/request", dependencies=[Depends(add_in_dependency)])
    async def request(number: int): ...

    @router.get("/stream")
    async def stream(tasks: BackgroundTasks):
        add(tasks)

        async def body():
            yield b"x"
            raise ValueError

        return StreamingResponse(body())

    @router.get("/fine")
    async def fine(tasks: BackgroundTasks):
        add(tasks)

    @router.get("/own")
    async def own(tasks: BackgroundTasks):
        add(tasks)
        return PlainTextResponse("x", background=typed_bg.BackgroundTask(work, "own"))

    @router.get("/fails")
    async def fails(tasks: BackgroundTasks):
        tasks.add_task(fail)
        tasks.add_task(work, "later")
        raise ValueError

    app.include_router(router)

    @app.exception_handler(OwnError)
    async def handle(request, error):
        ran.append("handler")
        return JSONResponse({}, 409)

    return app


def add_in_dependency(tasks: BackgroundTasks):
    add(tasks)


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()


@needs_support
@pytest.mark.parametrize("level", ["app", "router"])
@pytest.mark.parametrize(
    ("path", "status"),
    [("http", 404), ("error", 500), ("handled", 409), ("invalid", 500), ("request", 422)],
)
def test_tasks_run_although_the_request_raised(level, path, status):
    options = [task_options(on_exception="run")]
    app = make_app(dependencies=options) if level == "app" else make_app(route=options)
    with serving.serve_in_thread(app, log_level="critical") as url:
        assert httpx.get(f"{url}/{path}", timeout=serving.PATIENCE).status_code == status
    assert [name for name in ran if name != "handler"] == ["sync", "async"]


@needs_support
def test_tasks_run_although_the_stream_broke():
    app = make_app(dependencies=[task_options(on_exception="run")])
    with (
        serving.serve_in_thread(app, log_level="critical") as url,
        pytest.raises(httpx.HTTPError),
    ):
        httpx.get(f"{url}/stream", timeout=serving.PATIENCE)
    assert ran == ["sync", "async"]


@needs_support
@pytest.mark.parametrize(("path", "expected"), [("fine", ["sync", "async"]), ("own", ["own"])])
def test_without_an_exception_nothing_changes(path, expected):
    app = make_app(dependencies=[task_options(on_exception="run")])
    assert TestClient(app).get(f"/{path}").status_code == 200
    assert ran == expected


def test_they_are_dropped_by_default():
    assert TestClient(make_app()).get("/http").status_code == 404
    assert ran == []


@needs_support
def test_a_handled_exceptions_response_comes_first():
    app = make_app(dependencies=[task_options(on_exception="run")])
    assert TestClient(app).get("/handled").status_code == 409
    assert ran == ["handler", "sync", "async"]


@needs_support
def test_the_handlers_option_goes_before_the_apps():
    app = make_app(
        dependencies=[task_options(on_exception="run")],
        route=[task_options(on_exception="drop")],
    )
    assert TestClient(app).get("/http").status_code == 404
    assert ran == []


@needs_support
def test_one_task_of_several_can_be_chosen(caplog):
    caplog.set_level(logging.INFO, "typed_bg")
    app = FastAPI()

    @app.get("/")
    async def handler(tasks: BackgroundTasks):
        tasks.add_task(work, "mail")
        tasks.add(work, on_exception="run")("audit")
        raise HTTPException(404)

    assert TestClient(app).get("/").status_code == 404
    assert ran == ["audit"]
    gc.collect()  # what the exception's traceback keeps alive
    (record,) = caplog.records
    assert record.getMessage().count("work()") == 1  # the mail


@needs_support
def test_one_task_of_several_can_be_left_out():
    app = FastAPI(dependencies=[task_options(on_exception="run")])

    @app.get("/")
    async def handler(tasks: BackgroundTasks):
        tasks.add_task(work, "audit")
        tasks.add(work, on_exception="drop")("mail")
        raise HTTPException(404)

    TestClient(app).get("/")
    assert ran == ["audit"]


@needs_support
def test_a_task_that_fails_hides_no_error_of_the_request(caplog):
    app = make_app(dependencies=[task_options(on_exception="run")])
    with pytest.raises(ValueError):  # noqa: PT011
        TestClient(app).get("/fails")
    assert ran == []
    (record,) = (record for record in caplog.records if record.exc_info)
    assert record.name == "typed_bg"
    assert isinstance(record.exc_info[1], OSError)


@needs_support
def test_capture_records_them():
    app = make_app(dependencies=[task_options(on_exception="run")])
    with capture() as captured:
        TestClient(app).get("/http")
    assert [task.args for task in captured] == [("sync",), ("async",)]
    assert ran == []


def test_a_collection_that_fastapi_did_not_inject_rejects_the_option():
    for tasks in (typed_bg.BackgroundTasks(), BackgroundTasks()):
        with pytest.raises(typed_bg.TaskOptionError) as caught:
            tasks.add(work, on_exception="run")
        assert caught.value.target is work
        tasks.add(work, on_exception="drop")("x")
        tasks.tasks.clear()
    with pytest.raises(typed_bg.TaskOptionError):
        BackgroundTasks().on_exception = "run"


@pytest.mark.parametrize("value", ["Run", ""])
def test_a_value_that_it_cannot_have_is_rejected(value):
    with pytest.raises(ValueError, match="on_exception"):
        task_options(on_exception=value)
    with pytest.raises(ValueError, match="on_exception"):
        typed_bg.BackgroundTasks().add(work, on_exception=value)


@pytest.mark.skipif(supported, reason="this FastAPI is new enough")
def test_an_old_fastapi_is_named():
    with pytest.raises(RuntimeError, match=r"FastAPI 0\.118"):
        task_options(on_exception="run")
