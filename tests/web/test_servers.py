"""Tasks behind a real uvicorn and a real client; and under trio, which uvicorn does not have."""

import logging
import sys
from pathlib import Path

import fastapi
import httpx
import pytest
import trio
from apps import serving
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import typed_bg
from typed_bg.fastapi import BackgroundTasks

SERVED = Path(serving.__file__).with_name("served.py")

pytestmark = pytest.mark.xdist_group("servers")  # one server answers most of them
not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch")


def place_of(text):
    """Return the place of the one line of the served app that holds a text."""
    lines = SERVED.read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, start=1) if text in line]
    return f"{SERVED}:{number}"


@pytest.fixture(scope="module")
def reports():
    with serving.Reports() as reports:
        yield reports


@pytest.fixture(scope="module")
def server(reports):
    with serving.Server("served:app", reports) as server:
        yield server


@pytest.fixture
def client(server):
    with httpx.Client(base_url=server.url, timeout=serving.PATIENCE) as client:
        yield client


def test_tasks_run_after_the_client_has_the_response(client, reports):
    response = client.post("/held")
    assert response.status_code == 200
    # The first task does not end before it is let go, which happens only now.
    with reports.next() as first:
        assert first.name == "first"
        assert first.let_go() == "went on"
    assert reports.names(2) == ["second", "third"]


def test_a_running_task_does_not_hold_up_the_next_request_of_its_connection(client, reports):
    port = client.post("/held").json()
    with reports.next() as first:
        assert client.post("/held").json() == port
        with reports.next() as second:
            assert (first.name, second.name) == ("first", "first")
            assert second.let_go() == "went on"
        assert reports.names(2) == ["second", "third"]
        assert first.let_go() == "went on"
    assert reports.names(2) == ["second", "third"]


def test_a_wrong_call_is_a_500_with_its_message_in_the_servers_log(client, reports, server):
    response = client.post("/wrong")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    server.wait_for("Traceback")
    server.wait_for("in wrong_call")
    fact = server.wait_for("TaskArgumentError: ")
    assert fact.startswith(
        "typed_bg.exceptions.TaskArgumentError: report() got an unexpected keyword argument 'nmae'"
    )
    added = server.wait_for("added at ")
    assert added == f"  added at {place_of('# the wrong call')}, in wrong_call\n"
    defined = server.wait_for("defined at ")
    assert place_of("def report(") in defined
    assert server.wait_for("instead of") == "  write name=... instead of nmae=...\n"
    # Nothing of that request was run: the next report is the next request's. (A connection of its
    # own, since uvicorn closes the one of a request that failed.)
    httpx.post(f"{server.url}/report/next", timeout=serving.PATIENCE)
    assert reports.names(1) == ["next"]


@pytest.mark.parametrize("collection", ["fastapi", "checked"])
def test_tasks_run_although_the_client_goes_away_mid_stream(client, reports, collection):
    with client.stream("GET", f"/stream/{collection}") as response:
        assert next(response.iter_lines()) == "chunk"
    assert reports.names(1) == ["after the stream"]


@not_on_windows
def test_a_server_that_is_stopped_runs_all_tasks_first(reports):
    with serving.Server("served:app", reports) as server:
        httpx.post(f"{server.url}/held", timeout=serving.PATIENCE)
        with reports.next() as first:
            server.ask_to_stop()
            server.wait_for("Waiting for background tasks to complete")
            assert first.let_go() == "went on"
        assert reports.names(2) == ["second", "third"]
        assert "from starting" not in server.wait_for_end()


@not_on_windows
def test_a_server_that_is_stopped_after_a_grace_period_names_the_tasks_that_never_started(reports):
    with serving.Server("served:app", reports, "--timeout-graceful-shutdown", "1") as server:
        httpx.post(f"{server.url}/held", timeout=serving.PATIENCE)
        with reports.next() as first:
            server.ask_to_stop()
            assert first.ending() == ""
        output = server.wait_for_end()
    assert f"held(), added at {place_of('(held, ')}, in held_one was running: " in output
    never_started = output.partition(" tasks from starting: ")[2].splitlines()[0]
    assert never_started.split("; ") == [
        f"report(), added at {place_of(call)}, in held_one"
        for call in ('(report, "second"', "(report, name=")
    ]


def request_under_trio(app):
    """Send a request within trio's own loop, through no server."""

    async def main():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/")

    return trio.run(main)


async def note_trio(ran, name):
    await trio.lowlevel.checkpoint()  # fails under any other loop
    ran.append(name)


def starlette_app(make_tasks):
    async def handler(request):
        return PlainTextResponse("sent", background=make_tasks())

    return Starlette(routes=[Route("/", handler)])


def test_under_trio_tasks_run_in_the_order_added():
    ran = []

    def make_tasks():
        tasks = typed_bg.BackgroundTasks()
        tasks.add_task(note_trio, ran, "async")
        tasks.add_task(ran.append, "sync")
        tasks.add_task(lambda: note_trio(ran, "awaited"))
        return tasks

    assert request_under_trio(starlette_app(make_tasks)).text == "sent"
    assert ran == ["async", "sync", "awaited"]


def test_under_trio_tasks_run_at_once_and_all_of_them():
    ran, at_once = [], trio.Event()

    async def wait(name):
        await at_once.wait()
        ran.append(name)

    async def fail():
        at_once.set()
        raise ConnectionRefusedError

    def make_tasks():
        tasks = typed_bg.BackgroundTasks(max_concurrency=2, on_error="continue")
        tasks.add_task(wait, "held by the next")
        tasks.add_task(fail)
        tasks.add_task(ran.append, "last")
        return tasks

    with pytest.raises(ConnectionRefusedError):
        request_under_trio(starlette_app(make_tasks))
    assert sorted(ran) == ["held by the next", "last"]


def test_under_trio_a_wrong_call_is_refused():
    def make_tasks():
        tasks = typed_bg.BackgroundTasks()
        tasks.add_task(note_trio, [])
        return tasks

    with pytest.raises(typed_bg.TaskArgumentError, match="missing 1 required"):
        request_under_trio(starlette_app(make_tasks))


def test_under_trio_a_cancellation_names_the_tasks_that_never_started(caplog):
    ran = []

    async def cancel():
        outer.cancel()
        await trio.lowlevel.checkpoint()

    async def main():
        nonlocal outer
        tasks = typed_bg.BackgroundTasks()
        tasks.add_task(cancel)
        tasks.add_task(note_trio, ran, "never")
        with trio.CancelScope() as outer:
            await tasks()
        return outer.cancelled_caught

    outer = None
    with caplog.at_level(logging.ERROR, logger="typed_bg"):
        assert trio.run(main)
    interrupted, kept = (record.getMessage() for record in caplog.records)
    assert interrupted.startswith("Cancelled while background task ")
    assert "from starting: note_trio(), added at " in kept
    assert ran == []


def test_under_trio_fastapi_injects_the_checked_class():
    ran = []
    app = fastapi.FastAPI()

    @app.get("/")
    async def handler(tasks: BackgroundTasks):
        tasks.add_task(note_trio, ran, "async")
        tasks.add_task(ran.append, type(tasks).__name__)

    assert request_under_trio(app).status_code == 200
    assert ran == ["async", "CheckedBackgroundTasks"]
