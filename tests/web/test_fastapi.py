"""What FastAPI injects for `typed_bg.fastapi.BackgroundTasks`, through its own routing."""

import contextvars
import threading
import traceback
import warnings
from typing import Annotated

import anyio
import fastapi
import httpx
import pytest
from apps import future_annotations
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.background import BackgroundTask as StarletteTask
from starlette.routing import Mount

import typed_bg
from typed_bg.fastapi import BackgroundTasks, CheckedBackgroundTasks


def send(to, subject="none"):
    """Do nothing; a target."""


async def asend(to, subject="none"):
    """Do nothing; a target."""


def first_line(function):
    return function.__code__.co_firstlineno


@pytest.fixture
def ran():
    return []


@pytest.fixture
def app():
    return FastAPI()


@pytest.fixture
def client(app):
    return TestClient(app)


def test_a_handler_gets_a_collection_that_is_fastapis_and_typed_bgs(app, client):
    seen = []

    @app.get("/")
    async def handler(tasks: BackgroundTasks):
        seen.append(tasks)

    assert client.get("/").status_code == 200
    (tasks,) = seen
    assert type(tasks) is CheckedBackgroundTasks
    assert isinstance(tasks, fastapi.BackgroundTasks)
    assert isinstance(tasks, typed_bg.BackgroundTasks)
    assert (tasks.on_error, tasks.max_concurrency) == ("stop", 1)


@pytest.mark.parametrize("annotation", [fastapi.BackgroundTasks, BackgroundTasks])
def test_tasks_run_after_the_response_in_the_order_added(app, client, ran, annotation):
    @app.middleware("http")
    async def note_response(request, call_next):
        response = await call_next(request)
        ran.append("response")
        return response

    async def arun(number):
        await anyio.lowlevel.checkpoint()
        ran.append(number)

    @app.get("/")
    def handler(tasks: annotation):
        tasks.add_task(ran.append, 1)
        tasks.add_task(arun, number=2)
        tasks.add_task(ran.append, 3)

    client.get("/")
    assert ran == ["response", 1, 2, 3]


def test_handlers_and_dependencies_at_any_depth_share_one_collection(app, client, ran):
    seen = []

    def collect(name, tasks):
        seen.append(tasks)
        tasks.add_task(ran.append, name)

    def deepest(tasks: BackgroundTasks):
        collect("deepest", tasks)

    async def middle(tasks: BackgroundTasks, _: Annotated[None, Depends(deepest)]):
        collect("middle", tasks)
        yield

    def fastapis_own(tasks: fastapi.BackgroundTasks, _: Annotated[None, Depends(middle)]):
        collect("own", tasks)

    @app.get("/")
    async def handler(
        first: BackgroundTasks,
        own: fastapi.BackgroundTasks,
        _: Annotated[None, Depends(fastapis_own)],
        second: BackgroundTasks,
    ):
        collect("handler", first)
        collect("handler, own", own)
        collect("handler, again", second)

    client.get("/")
    assert len({id(tasks) for tasks in seen}) == 1
    assert ran == ["deepest", "middle", "own", "handler", "handler, own", "handler, again"]


def test_dependencies_alone_get_it(app, client, ran):
    def audit(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "audit")

    @app.get("/", dependencies=[Depends(audit)])
    def handler():
        return None

    client.get("/")
    assert ran == ["audit"]


def test_classes_and_callable_objects_are_dependencies_too(app, client, ran):
    class Audit:
        def __init__(self, tasks: BackgroundTasks):
            self.tasks = tasks

        def note(self, text):
            self.tasks.add_task(ran.append, text)

    class Limit:
        def __call__(self, tasks: BackgroundTasks):
            tasks.add_task(ran.append, "limit")

    @app.get("/")
    def handler(audit: Annotated[Audit, Depends()], _: Annotated[None, Depends(Limit())]):
        audit.note("audit")

    client.get("/")
    assert ran == ["limit", "audit"]


def test_routers_included_routers_and_mounted_apps_get_it(app, client, ran):
    router, inner, mounted = APIRouter(), APIRouter(), FastAPI()

    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, type(tasks))

    for part in (router, inner, mounted):
        part.get("/handler")(handler)
    router.include_router(inner, prefix="/inner")
    app.include_router(router, prefix="/router")
    app.mount("/mounted", mounted)
    for path in ("/router/handler", "/router/inner/handler", "/mounted/handler"):
        assert client.get(path).status_code == 200
    assert ran == [CheckedBackgroundTasks] * 3


def test_annotations_that_are_strings_work(client, app):
    future_annotations.ran.clear()
    app.include_router(future_annotations.router)
    with pytest.warns(UserWarning, match="misannotated"):
        response = client.get("/annotated-by-strings")
    assert response.json() == {"same": True}
    assert future_annotations.ran == ["dependency", "handler"]


def test_the_parameter_is_no_part_of_the_schema(app):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        return None

    assert "parameters" not in app.openapi()["paths"]["/"]["get"]
    assert "requestBody" not in app.openapi()["paths"]["/"]["get"]


@pytest.mark.parametrize("target", [send, asend])
def test_a_wrong_call_ends_the_request_before_anything_is_sent_or_run(app, ran, target):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "a task that fits")
        tasks.add_task(target, "new@example.org", subjct="hello")  # the wrong call

    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/").status_code == 500
    assert ran == []


def test_a_wrong_call_is_told_from_the_line_that_makes_it(app, client):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(send, "new@example.org", subjct="hello")

    with pytest.raises(typed_bg.TaskArgumentError) as caught:
        client.get("/")
    line = first_line(handler) + 2
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert line in {frame.lineno for frame in frames if frame.filename == __file__}
    fact, *details = str(caught.value).split("\n  ")
    # Newer Pythons go on with: Did you mean 'subject'?
    assert fact.startswith("send() got an unexpected keyword argument 'subjct'")
    assert details == [
        f"added at {__file__}:{line}, in handler",
        f"the task is send(to, subject='none'), defined at {__file__}:{first_line(send)}",
        "write subject=... instead of subjct=...",
    ]


@pytest.mark.parametrize("behind_middleware", [False, True])
@pytest.mark.parametrize(
    ("add", "own"),
    [
        (lambda tasks: tasks.add_task(send, subjct="hello"), "add_task"),
        (lambda tasks: tasks.add_task((n for n in "ab").__next__, 1), "add_task"),
        (lambda tasks: tasks.add_task(), "add_task"),
        (lambda tasks: tasks.add(send)(subjct="hello"), "__call__"),
        (lambda tasks: tasks.add(send, retries=2)("new@example.org"), "__call__"),
        (lambda tasks: typed_bg.BackgroundTask(send, subjct="hello"), "__init__"),
    ],
)
def test_nothing_of_the_insides_is_between_the_callers_line_and_the_error(
    app, client, add, own, behind_middleware
):
    """Only the frame of the method that the caller calls, which Python always adds."""

    @app.get("/")
    def handler(tasks: BackgroundTasks):
        add(tasks)

    if behind_middleware:

        @app.middleware("http")
        async def passing(request, call_next):
            return await call_next(request)

    with pytest.raises(typed_bg.TaskError) as caught:
        client.get("/")
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [frame.name for frame in frames[-3:]] == ["handler", "<lambda>", own]
    errors = [caught.value]
    while linked := errors[-1].__cause__ or errors[-1].__context__:
        errors.append(linked)
    # Starlette raises the error again, from others that it makes itself.
    assert not any(isinstance(error, TypeError) for error in errors[1:])


def test_code_that_names_fastapis_class_is_checked_once_the_request_has_the_checked_one(
    app, client
):
    def audit(tasks: BackgroundTasks):
        """Ask for the checked class."""

    @app.get("/", dependencies=[Depends(audit)])
    def handler(tasks: fastapi.BackgroundTasks):
        tasks.add_task(send)

    with pytest.raises(typed_bg.TaskArgumentError, match="missing 1 required"):
        client.get("/")


def test_other_requests_of_the_app_keep_fastapis_own_class(app, client, ran):
    @app.get("/checked")
    def checked(tasks: BackgroundTasks):
        ran.append(type(tasks))

    @app.get("/own")
    def own(tasks: fastapi.BackgroundTasks):
        ran.append(type(tasks))

    client.get("/checked")
    client.get("/own")
    assert ran == [CheckedBackgroundTasks, fastapi.BackgroundTasks]


def test_a_returned_response_keeps_the_tasks(app, client, ran):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "task")
        return JSONResponse({"a": 1})

    assert client.get("/").json() == {"a": 1}
    assert ran == ["task"]


def test_a_returned_response_with_a_background_of_its_own_has_that_one_alone(app, client, ran):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "injected")
        return Response(background=StarletteTask(ran.append, "its own"))

    client.get("/")
    assert ran == ["its own"]  # as FastAPI has it for its own class


def test_a_returned_response_can_be_given_the_injected_collection(app, client, ran):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "injected")
        tasks.tasks.append(StarletteTask(ran.append, "its own"))
        return Response(background=tasks)

    client.get("/")
    assert ran == ["injected", "its own"]


def test_a_request_that_fails_runs_nothing(app, client, ran):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "task")
        raise HTTPException(418)

    assert client.get("/").status_code == 418
    assert ran == []


def test_a_task_that_fails_stops_the_rest_and_is_told_with_its_place(app, client, ran):
    def fail():
        raise ConnectionRefusedError

    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(fail)
        tasks.add_task(ran.append, "never")

    with pytest.raises(ConnectionRefusedError) as caught:
        client.get("/")
    assert ran == []
    line = first_line(handler)
    place = f"added at {__file__}:{{}}, in handler"
    cause, kept = caught.value.__notes__
    assert cause == f"in background task {fail.__qualname__}(), {place.format(line + 2)}"
    assert kept.startswith("background tasks never started ")
    assert kept.endswith(f": list.append(), {place.format(line + 3)}")


def test_a_handler_is_called_without_a_server(ran):
    async def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "task")

    tasks = CheckedBackgroundTasks()
    anyio.run(handler, tasks)
    assert ran == []
    anyio.run(tasks)
    assert ran == ["task"]
    with pytest.raises(typed_bg.TaskArgumentError):
        tasks.add_task(send)


def test_an_overridden_dependency_gets_it_and_the_original_adds_nothing(app, client, ran):
    def original(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "original")

    def override(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "override")

    @app.get("/", dependencies=[Depends(original)])
    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "handler")

    app.dependency_overrides[original] = override
    client.get("/")
    assert ran == ["override", "handler"]


def test_requests_at_the_same_time_share_nothing(app):
    requests = 8
    ran = {number: [] for number in range(requests)}
    seen = []
    everyone_is_here = None

    async def audit(number: int, tasks: BackgroundTasks):
        tasks.add_task(ran[number].append, ("dependency", number))

    @app.get("/{number}", dependencies=[Depends(audit)])
    async def handler(number: int, tasks: BackgroundTasks):
        seen.append(tasks)
        if len(seen) == requests:
            everyone_is_here.set()
        await everyone_is_here.wait()
        tasks.add_task(ran[number].append, ("handler", number))

    async def main():
        nonlocal everyone_is_here
        everyone_is_here = anyio.Event()
        transport = httpx.ASGITransport(app=app)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
            anyio.create_task_group() as group,
        ):
            for number in range(requests):
                group.start_soon(client.get, f"/{number}")

    anyio.run(main)
    assert len({id(tasks) for tasks in seen}) == requests
    for number in range(requests):
        assert ran[number] == [("dependency", number), ("handler", number)]


def test_sync_tasks_run_in_a_thread_with_the_requests_context(app, client, ran):
    user = contextvars.ContextVar("user")

    def task():
        ran.append((user.get(), threading.current_thread() is loop_thread))

    @app.get("/")
    async def handler(tasks: BackgroundTasks):
        nonlocal loop_thread
        loop_thread = threading.current_thread()
        user.set("alice")
        tasks.add_task(task)

    loop_thread = None
    client.get("/")
    assert ran == [("alice", False)]


def test_an_app_mounted_in_one_of_starlettes_gets_it(app, ran):
    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(ran.append, type(tasks))

    outer = Starlette(routes=[Mount("/inner", app=app)])
    assert TestClient(outer).get("/inner/").status_code == 200
    assert ran == [CheckedBackgroundTasks]


@pytest.mark.parametrize("path", ["/parameter", "/dependency"])
def test_websockets_refuse_a_task_when_it_is_added(app, client, ran, path):
    def audit(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "dependency")

    @app.websocket("/parameter")
    async def parameter(websocket: fastapi.WebSocket, tasks: BackgroundTasks):
        await websocket.accept()
        tasks.add_task(ran.append, "handler")

    @app.websocket("/dependency")
    async def dependency(websocket: fastapi.WebSocket, _: Annotated[None, Depends(audit)]):
        await websocket.accept()

    with (
        pytest.raises(typed_bg.TaskTargetError, match="for a websocket") as caught,
        client.websocket_connect(path),
    ):
        pass
    assert f"added at {__file__}:" in str(caught.value)
    assert ran == []


def test_a_websocket_that_adds_no_task_works(app, client):
    @app.websocket("/")
    async def handler(websocket: fastapi.WebSocket, tasks: BackgroundTasks):
        await websocket.accept()
        await websocket.send_json({"fastapis": isinstance(tasks, fastapi.BackgroundTasks)})
        await websocket.close()

    with client.websocket_connect("/") as websocket:
        assert websocket.receive_json() == {"fastapis": True}


def test_a_well_annotated_app_gives_no_warning(app, client):
    @app.get("/")
    def handler(tasks: BackgroundTasks, own: fastapi.BackgroundTasks):
        return None

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert client.get("/").status_code == 200


def test_optional_collection_is_refused_at_registration():
    """FastAPI rejects its own class there, too; it must not become a query parameter."""
    with pytest.raises(fastapi.exceptions.FastAPIError):

        @FastAPI().get("/")
        def handler(tasks: BackgroundTasks | None = None): ...
