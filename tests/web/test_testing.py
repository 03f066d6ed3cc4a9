"""`typed_bg.testing.capture` through real clients: recorded instead of run."""

import dataclasses
import functools
from concurrent.futures import ThreadPoolExecutor

import anyio
import fastapi
import httpx
import pytest
from apps import serving
from fastapi import FastAPI, HTTPException
from starlette.applications import Starlette
from starlette.background import BackgroundTask as StarletteTask
from starlette.background import BackgroundTasks as StarletteTasks
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import typed_bg
from typed_bg.fastapi import BackgroundTasks
from typed_bg.testing import CapturedTask, capture

ran = []


@pytest.fixture(autouse=True)
def _nothing_has_run():
    ran.clear()


def send(to, /, subject="none", *attachments, retries=3, **headers):
    ran.append(to)


async def asend(to, subject="none"):
    ran.append(to)


app = FastAPI()


@app.post("/send/{to}")
async def send_one(to: str, tasks: BackgroundTasks):
    tasks.add_task(send, to, "hello", "a.txt", retries=5, priority="high")
    tasks.add_task(asend, to=to)


@app.post("/fail/{to}")
async def fail(to: str, tasks: BackgroundTasks):
    tasks.add_task(send, to)
    raise HTTPException(418)


@app.post("/wrong/{to}")
async def wrong(to: str, tasks: BackgroundTasks):
    tasks.add_task(asend, to)
    tasks.add_task(asend)


@app.post("/own/{to}")
async def fastapis_own(to: str, tasks: fastapi.BackgroundTasks):
    tasks.add_task(send, to)


@pytest.fixture
def client():
    return TestClient(app)


def starlette_client(background):
    async def handler(request):
        return PlainTextResponse("sent", background=background)

    return TestClient(Starlette(routes=[Route("/", handler)]))


def test_tasks_are_recorded_and_none_is_run(client):
    with capture() as tasks:
        assert client.post("/send/ann").status_code == 200
    assert tasks == [
        CapturedTask(send, ("ann", "hello", "a.txt"), {"retries": 5, "priority": "high"}),
        CapturedTask(asend, (), {"to": "ann"}),
    ]
    assert ran == []


def test_arguments_have_their_names_and_defaults_however_they_were_passed(client):
    with capture() as tasks:
        client.post("/send/ann")
    assert [task.arguments for task in tasks] == [
        {
            "to": "ann",
            "subject": "hello",
            "attachments": ("a.txt",),
            "retries": 5,
            "headers": {"priority": "high"},
        },
        {"to": "ann", "subject": "none"},
    ]


def test_a_captured_task_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        CapturedTask(send, (), {}).func = asend


def test_arguments_of_methods_and_partials_are_those_of_the_call():
    class Mailer:
        def send(self, to, subject="none"):
            """Do nothing."""

    tasks = typed_bg.BackgroundTasks()
    mailer = Mailer()
    tasks.add_task(mailer.send, "ann")
    tasks.add_task(functools.partial(asend, "ben"), subject="hello")
    with capture() as captured:
        starlette_client(tasks).get("/")
    method, partial = captured
    assert method.func == mailer.send
    assert method.arguments == {"to": "ann", "subject": "none"}
    assert partial.arguments == {"subject": "hello"}


def test_a_function_without_a_signature_has_no_named_arguments():
    tasks = typed_bg.BackgroundTasks()
    tasks.add_task(vars, ran)
    with capture() as captured:
        starlette_client(tasks).get("/")
    with pytest.raises(ValueError, match="signature"):
        _ = captured[0].arguments


def test_tasks_run_again_afterwards(client):
    with capture():
        client.post("/send/ann")
    client.post("/send/ben")
    assert ran == ["ben", "ben"]


def test_a_capture_ends_with_an_exception(client):
    with pytest.raises(ConnectionRefusedError), capture():
        raise ConnectionRefusedError
    client.post("/send/ben")
    assert ran == ["ben", "ben"]


def test_the_innermost_capture_records(client):
    with capture() as outer:
        client.post("/send/ann")
        with capture() as inner:
            client.post("/send/ben")
        client.post("/send/cid")
    assert [task.arguments["to"] for task in outer] == ["ann", "ann", "cid", "cid"]
    assert [task.arguments["to"] for task in inner] == ["ben", "ben"]
    assert ran == []


def test_the_list_grows_while_requests_come_in(client):
    with capture() as tasks:
        for count in (2, 4):
            client.post("/send/ann")
            assert len(tasks) == count
            assert tasks[-1].func is asend


def test_a_request_that_fails_records_nothing(client):
    with capture() as tasks:
        assert client.post("/fail/ann").status_code == 418
        with pytest.raises(typed_bg.TaskArgumentError):
            client.post("/wrong/ann")
    assert tasks == []
    assert ran == []


def test_collections_and_tasks_of_starlette_alone_are_run(client):
    with capture() as tasks:
        client.post("/own/ann")
        starlette_client(StarletteTasks([StarletteTask(send, "ben")])).get("/")
        starlette_client(StarletteTask(send, "cid")).get("/")
    assert tasks == []
    assert ran == ["ann", "ben", "cid"]


def test_in_a_checked_collection_tasks_of_starlette_are_recorded():
    inner = typed_bg.BackgroundTasks([StarletteTask(send, "ann")])
    inner.add_task(send, "ben")
    outer = typed_bg.BackgroundTasks([inner, typed_bg.BackgroundTask(asend, "cid")])
    with capture() as tasks:
        starlette_client(outer).get("/")
    assert [task.args for task in tasks] == [("ann",), ("ben",), ("cid",)]
    assert ran == []


def test_a_checked_task_alone_is_recorded():
    with capture() as tasks:
        starlette_client(typed_bg.BackgroundTask(asend, "ann", subject="hello")).get("/")
    (task,) = tasks
    assert task.arguments == {"to": "ann", "subject": "hello"}
    assert ran == []


def test_a_checked_task_in_a_collection_of_starlettes_is_recorded():
    with capture() as tasks:
        starlette_client(StarletteTasks([typed_bg.BackgroundTask(asend, "ann")])).get("/")
    assert [task.args for task in tasks] == [("ann",)]
    assert ran == []


def test_requests_of_several_threads_are_recorded():
    with capture() as tasks, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: TestClient(app).post(f"/send/{n}").status_code, range(8)))
    recipients = [task.arguments["to"] for task in tasks]
    assert sorted(recipients) == sorted([*map(str, range(8)), *map(str, range(8))])
    assert ran == []


def test_an_asynchronous_client_is_recorded():
    async def main():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            with capture() as tasks:
                await client.post("/send/ann")
        return tasks

    assert [task.func for task in anyio.run(main)] == [send, asend]
    assert ran == []


def test_a_server_in_a_thread_of_the_test_is_recorded():
    with capture() as tasks, serving.serve_in_thread(app) as url:
        response = httpx.post(f"{url}/send/ann", timeout=serving.PATIENCE)
    # The server has ended first, and with it all that comes after a response.
    assert response.status_code == 200
    assert [task.arguments["to"] for task in tasks] == ["ann", "ann"]
    assert ran == []


def test_arguments_of_a_cached_function_are_named():
    @functools.cache
    def work(number, factor=2): ...

    tasks = typed_bg.BackgroundTasks()
    tasks.add_task(work, 1)
    with capture() as captured:
        anyio.run(tasks)
    assert captured[0].arguments == {"number": 1, "factor": 2}
