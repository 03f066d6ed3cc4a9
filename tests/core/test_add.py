"""`tasks.add(func)(...)`: what `add_task` does, in two steps, and a second step that is missing."""

from __future__ import annotations

import logging
import re

import fastapi
import pytest
from fastapi.testclient import TestClient
from starlette.background import BackgroundTasks as StarletteBackgroundTasks

from typed_bg import (
    BackgroundTasks,
    MissingCallError,
    TaskArgumentError,
    TaskOptionError,
    TaskTargetError,
)
from typed_bg import fastapi as typed_bg_fastapi
from typed_bg._core import hooks
from typed_bg.fastapi import CheckedBackgroundTasks
from typed_bg.testing import capture

pytestmark = pytest.mark.anyio
ran: list[object] = []


@pytest.fixture(autouse=True)
def _afresh():
    ran.clear()
    before = hooks.router
    yield
    hooks.router = before


@pytest.fixture(params=[BackgroundTasks, CheckedBackgroundTasks])
def tasks(request, options):
    made = request.param()
    for name, value in options.items():
        setattr(made, name, value)
    return made


def in_one_step(tasks, func, /, *args, **kwargs):
    tasks.add_task(func, *args, **kwargs)


def in_two_steps(tasks, func, /, *args, **kwargs):
    tasks.add(func)(*args, **kwargs)


@pytest.fixture(params=[in_one_step, in_two_steps])
def add(request):
    return request.param


def plain(to: str, *, retries: int = 3) -> None:
    ran.append((to, retries))


async def asynchronous(func: str, self: int = 0) -> None:
    ran.append((func, self))


def generator(to: str):
    yield to


def fail() -> None:
    msg = "no such address"
    raise OSError(msg)


class Mailer:
    def send(self, to: str) -> None:
        ran.append((self, to))


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ((plain, ("a",), {"retries": 1}), ("a", 1)),
        ((plain, (), {"to": "a"}), ("a", 3)),
        ((asynchronous, ("a",), {}), ("a", 0)),
        ((asynchronous, (), {"func": "a", "self": 2}), ("a", 2)),
        ((ran.append, ("a",), {}), "a"),
    ],
)
async def test_both_forms_run_the_same(tasks, add, call, result):
    func, args, kwargs = call
    add(tasks, func, *args, **kwargs)
    (task,) = tasks.tasks
    assert (task.func, task.args, task.kwargs) == (func, args, kwargs)
    await tasks()
    assert ran == [result]


@pytest.mark.parametrize(
    ("func", "args", "kwargs", "error"),
    [
        (plain, (), {}, TaskArgumentError),
        (plain, ("a", 1), {}, TaskArgumentError),
        (plain, ("a",), {"retires": 1}, TaskArgumentError),
        (Mailer.send, ("a",), {}, TaskArgumentError),
        (generator, ("a",), {}, TaskTargetError),
        (None, (), {}, TaskTargetError),
        ("plain", (), {}, TaskTargetError),
    ],
)
def test_both_forms_refuse_the_same_in_the_same_words(tasks, func, args, kwargs, error):
    texts = []
    for add in (in_one_step, in_two_steps):
        with pytest.raises(error) as caught:
            add(tasks, func, *args, **kwargs)
        line = add.__code__.co_firstlineno + 1
        added = f"added at {__file__}:{line}, in {add.__name__}"
        assert added in str(caught.value)
        texts.append(str(caught.value).replace(added, "added"))
    assert texts[0] == texts[1]
    assert tasks.tasks == []


async def test_a_refused_second_step_is_not_reported_as_missing(tasks, caplog):
    with pytest.raises(TaskArgumentError):
        tasks.add(plain)()  # type: ignore[call-arg]
    await tasks()
    assert caplog.records == []


async def test_a_first_step_can_be_called_more_than_once(tasks):
    step = tasks.add(plain)
    step("a")
    step("b", retries=0)
    await tasks()
    assert sorted(ran) == [("a", 3), ("b", 0)]


async def test_a_missing_second_step_is_logged_first_and_raised_last(tasks, caplog):
    def look() -> None:
        ran.append([record.message for record in caplog.records])

    tasks.add_task(look)
    tasks.add(plain)
    forgotten = f"{__file__}:{look.__code__.co_firstlineno + 4}, in test_a_missing"
    tasks.add(plain)("a")
    with caplog.at_level(logging.ERROR), pytest.raises(MissingCallError) as caught:
        await tasks()
    assert ("a", 3) in ran
    ((logged,),) = [entry for entry in ran if isinstance(entry, list)]
    assert logged == str(caught.value)
    assert f"add(plain) is at {forgotten}" in logged
    # It is logged once, and the collection works as before.
    await tasks()


async def test_each_missing_second_step_is_named(tasks, caplog):
    tasks.add(plain)
    tasks.add(asynchronous, name="welcome")
    with pytest.raises(MissingCallError, match=r"plain\(\), asynchronous\(\)"):
        await tasks()
    assert len(caplog.records) == 1


async def test_neither_a_failure_nor_a_missing_second_step_is_lost(tasks, caplog):
    tasks.add_task(fail)
    tasks.add(plain)
    with pytest.raises(OSError, match="no such address") as caught:
        await tasks()
    notes = "\n".join(caught.value.__notes__)
    assert "in background task fail()" in notes
    assert "is missing: plain()" in notes
    assert "is missing: plain()" in caplog.text


async def test_a_missing_second_step_is_raised_where_tasks_are_captured(tasks, caplog):
    tasks.add(plain)
    tasks.add(plain)("a")
    with capture() as captured, pytest.raises(MissingCallError):
        await tasks()
    assert [task.args for task in captured] == [("a",)]
    assert ran == []


async def test_the_name_is_what_notes_and_logs_say(tasks):
    tasks.add(fail, name="welcome mail")()
    with pytest.raises(OSError, match="no such address") as caught:
        await tasks()
    assert re.match(
        r"in background task 'welcome mail' \(fail\(\)\), added at ", caught.value.__notes__[0]
    )


@pytest.mark.parametrize(
    "option",
    [{"key": "a"}, {"delay": 1}, {"retries": 1}, {"retry_delay": 2.5}, {"timeout": 1}],
)
def test_options_without_an_engine_are_refused(tasks, option):
    (name,) = option
    step = tasks.add(plain, **option)
    with pytest.raises(TaskOptionError) as caught:
        step("a")
    assert caught.value.fact == (
        f"plain() sets {name}={option[name]!r}, which is not supported by the web process: "
        "it supports no options"
    )
    assert f"{__file__}:" in str(caught.value)
    assert tasks.tasks == []


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        ({"key": ""}, "a non-empty string"),
        ({"key": 5}, "a non-empty string"),
        ({"delay": -1}, "seconds, 0 or more"),
        ({"delay": float("inf")}, "seconds, 0 or more"),
        ({"retry_delay": float("nan")}, "seconds, 0 or more"),
        ({"retries": 1.5}, "an integer, 0"),
        ({"retries": True}, "an integer, 0"),
        ({"timeout": 0}, "seconds greater than 0"),
        ({"timeout": "5"}, "seconds greater than 0"),
    ],
)
def test_options_that_cannot_be_right_are_refused(tasks, option, wanted):
    ((name, value),) = option.items()
    with pytest.raises(TaskOptionError) as caught:
        tasks.add(plain, **option)("a")
    assert caught.value.fact.startswith(f"{name}={value!r} of plain() ")
    assert wanted in caught.value.fact


app = fastapi.FastAPI()


@app.post("/added")
async def added(background_tasks: typed_bg_fastapi.BackgroundTasks) -> bool:
    background_tasks.add(plain)("a", retries=1)
    return isinstance(background_tasks, StarletteBackgroundTasks)


@app.post("/forgotten")
async def forgotten(background_tasks: typed_bg_fastapi.BackgroundTasks) -> None:
    background_tasks.add(plain)
    background_tasks.add(plain)("a")


@app.websocket("/socket")
async def socket(websocket: fastapi.WebSocket, tasks: typed_bg_fastapi.BackgroundTasks) -> None:
    await websocket.accept()
    try:
        tasks.add(plain)
    except TaskTargetError as error:
        await websocket.send_text(str(error))


def test_fastapi_runs_what_was_added():
    with TestClient(app) as client:
        assert client.post("/added").json() is True
    assert ran == [("a", 1)]


def test_fastapi_raises_a_missing_second_step_when_all_have_run():
    with TestClient(app) as client, pytest.raises(MissingCallError, match="in forgotten"):
        client.post("/forgotten")
    assert ran == [("a", 3)]


def test_a_websocket_takes_no_first_step():
    with TestClient(app) as client, client.websocket_connect("/socket") as connection:
        text = connection.receive_text()
    assert text.startswith("plain() would never run: ")
    assert "websocket" in text
