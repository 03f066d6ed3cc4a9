"""Code that replaces a method of Starlette's or FastAPI's class sees the checked tasks too."""

import functools
from unittest import mock

import anyio
import fastapi
import pytest
import starlette.background
from fastapi import FastAPI
from fastapi.testclient import TestClient

import typed_bg
from typed_bg.fastapi import BackgroundTasks
from typed_bg.testing import capture

PATHS = ("fastapi.BackgroundTasks", "starlette.background.BackgroundTasks")
ran = []


def send(to):
    ran.append(to)


def fail(to):
    raise OSError(to)


def make_app(annotation, *calls):
    app = FastAPI()

    @app.get("/")
    def handler(tasks: annotation):
        for call in calls or (lambda tasks: tasks.add_task(send, "ann"),):
            call(tasks)

    return TestClient(app)


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("annotation", [fastapi.BackgroundTasks, BackgroundTasks])
def test_a_mock_in_place_of_add_task_stops_the_task(path, annotation):
    client = make_app(annotation)
    with mock.patch(f"{path}.add_task") as add_task:
        client.get("/")
    add_task.assert_called_once_with(send, "ann")
    assert ran == []
    client.get("/")
    assert ran == ["ann"]


@pytest.mark.parametrize("path", PATHS)
def test_a_mock_in_place_of_add_task_stops_the_two_steps(path):
    client = make_app(BackgroundTasks, lambda tasks: tasks.add(send)("ann"))
    with mock.patch(f"{path}.add_task") as add_task:
        client.get("/")
    add_task.assert_called_once_with(send, "ann")
    assert ran == []


def test_starlettes_patched_method_is_called_by_the_collection_without_fastapi():
    with mock.patch(f"{PATHS[1]}.add_task") as add_task:
        typed_bg.BackgroundTasks().add_task(send, "ann")
    add_task.assert_called_once_with(send, "ann")


@pytest.mark.parametrize("annotation", [fastapi.BackgroundTasks, BackgroundTasks])
def test_a_mock_in_place_of_call_runs_nothing(annotation):
    client = make_app(annotation)
    with mock.patch("fastapi.BackgroundTasks.__call__", new_callable=mock.AsyncMock) as call:
        client.get("/")
    assert (call.call_count, ran) == (1, [])


@pytest.fixture(params=[fastapi.BackgroundTasks, starlette.background.BackgroundTasks])
def wrapped(request, monkeypatch):
    """Wrap `add_task` as tracers do: the task that is added calls what was given."""
    original = request.param.add_task
    seen = []

    def add_task(self, func, *args, **kwargs):
        def traced(*args, **kwargs):
            seen.append(func.__name__)
            return func(*args, **kwargs)

        return original(self, traced, *args, **kwargs)

    monkeypatch.setattr(request.param, "add_task", functools.wraps(original)(add_task))
    return seen


@pytest.mark.parametrize("annotation", [fastapi.BackgroundTasks, BackgroundTasks])
def test_a_wrapper_of_add_task_wraps_each_task_once(wrapped, annotation):
    make_app(annotation).get("/")
    assert (wrapped, ran) == (["send"], ["ann"])


def test_a_wrapped_task_is_checked_and_named_as_what_was_given(wrapped):
    client = make_app(BackgroundTasks, lambda tasks: tasks.add_task(send))
    with pytest.raises(typed_bg.TaskArgumentError):
        client.get("/")
    assert wrapped == []
    client = make_app(BackgroundTasks, lambda tasks: tasks.add_task(fail, "ann"))
    with pytest.raises(OSError, match="ann") as caught:
        client.get("/")
    assert caught.value.__notes__[0].startswith(f"in background task fail(), added at {__file__}:")


def test_a_wrapped_task_is_captured_as_what_was_given(wrapped):
    with capture() as captured:
        make_app(BackgroundTasks).get("/")
    assert [(task.func, task.args) for task in captured] == [(send, ("ann",))]


@pytest.mark.parametrize("name", ["func", "self"])
def test_a_task_whose_parameter_has_a_name_of_the_base_is_added_all_the_same(wrapped, name):
    namespace = {"ran": ran}
    exec(f"def named({name}): ran.append({name})", namespace)  # noqa: S102
    client = make_app(
        BackgroundTasks, lambda tasks: tasks.add_task(namespace["named"], **{name: "ann"})
    )
    client.get("/")
    assert ran == ["ann"]


def test_a_base_that_was_patched_before_the_import_is_noticed(tmp_path):
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    program = tmp_path / "patched_first.py"
    program.write_text(
        "import functools, starlette.background\n"
        "kind = starlette.background.BackgroundTasks\n"
        "original = kind.add_task\n"
        "@functools.wraps(original)\n"
        "def add_task(self, *args, **kwargs):\n"
        "    print('seen')\n"
        "    return original(self, *args, **kwargs)\n"
        "kind.add_task = add_task\n"
        "from typed_bg.fastapi import BackgroundTasks\n"
        "tasks = BackgroundTasks()\n"
        "tasks.add_task(len, 'abc')\n"
        "print(len(tasks.tasks))\n"
    )
    done = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["seen", "1"]


def test_a_wrapper_of_call_sees_every_run(monkeypatch):
    kind = starlette.background.BackgroundTasks
    original, seen = kind.__call__, []

    async def call(self):
        seen.append(len(self.tasks))
        await original(self)

    monkeypatch.setattr(kind, "__call__", call)
    tasks = typed_bg.BackgroundTasks()
    tasks.add_task(send, "ann")
    anyio.run(tasks)
    assert (seen, ran) == ([1], ["ann"])
