"""The classes are Starlette's own, with its attributes, and take every parameter name."""

from __future__ import annotations

import functools
import inspect
import pickle
import typing

import pytest
import starlette.background
import typing_extensions
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError


def target(a, b=2, *, c=3): ...


async def async_target(a): ...


def test_classes_are_starlettes():
    assert issubclass(BackgroundTask, starlette.background.BackgroundTask)
    assert issubclass(BackgroundTasks, starlette.background.BackgroundTasks)
    tasks = BackgroundTasks()
    assert isinstance(tasks, starlette.background.BackgroundTasks)
    assert isinstance(tasks, starlette.background.BackgroundTask)
    tasks.add_task(target, 1)
    tasks.add_task(async_target, 1)
    for task in tasks.tasks:
        assert isinstance(task, BackgroundTask)
        assert isinstance(task, starlette.background.BackgroundTask)


@pytest.mark.parametrize("func", [target, async_target, functools.partial(async_target), len])
def test_attributes_are_those_of_starlettes_task(func):
    args = ([],) if func is len else (1,)
    theirs = starlette.background.BackgroundTask(func, *args)
    tasks = BackgroundTasks()
    tasks.add_task(func, *args)
    for ours in (BackgroundTask(func, *args), tasks.tasks[0]):
        for name in ("func", "args", "kwargs", "is_async"):
            assert getattr(ours, name) == getattr(theirs, name)


def test_keywords_are_kept_as_given():
    tasks = BackgroundTasks()
    tasks.add_task(target, 1, c=4)
    for task in (BackgroundTask(target, 1, c=4), tasks.tasks[0]):
        assert (task.func, task.args, task.kwargs) == (target, (1,), {"c": 4})


def test_add_task_returns_nothing():
    assert BackgroundTasks().add_task(target, 1) is None


def test_tasks_to_begin_with():
    assert BackgroundTasks().tasks == []
    assert BackgroundTasks(None).tasks == []
    own = starlette.background.BackgroundTask(target, 1, 2, 3, 4)  # Starlette's: not checked
    given = [own, BackgroundTask(target, 1)]
    tasks = BackgroundTasks(given)
    assert tasks.tasks == given
    tasks.add_task(target, 1)
    assert len(given) == 2
    assert BackgroundTasks(tasks=tuple(given)).tasks == given


def test_collections_share_nothing():
    first, second = BackgroundTasks(), BackgroundTasks()
    first.add_task(target, 1)
    assert second.tasks == []


def test_refused_task_leaves_the_collection_as_it_was():
    tasks = BackgroundTasks()
    tasks.add_task(target, 1)
    before = list(tasks.tasks)
    with pytest.raises(TaskArgumentError):
        tasks.add_task(target)
    assert tasks.tasks == before


def test_target_is_documented_and_positional_only():
    for function, own in ((BackgroundTasks.add_task, 1), (BackgroundTask.__init__, 1)):
        parameters = list(inspect.signature(function).parameters.values())
        assert [p.kind for p in parameters[: own + 1]] == [inspect.Parameter.POSITIONAL_ONLY] * 2
        annotation = typing_extensions.get_type_hints(function, include_extras=True)["func"]
        (doc,) = typing.get_args(annotation)[1:]
        assert isinstance(doc, typing_extensions.Doc)
        assert doc.documentation.strip()


NAMES = ["func", "self", "args", "kwargs", "task_args", "task_kwargs", "limiter", "call", "task"]


@pytest.mark.anyio
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("by_keyword", [False, True])
async def test_parameter_names_of_its_own(name, is_async, by_keyword):
    seen = []
    namespace = {"seen": seen}
    prefix = "async " * is_async
    exec(f"{prefix}def f({name}, /, **more): seen.append(({name}, more))", namespace)  # noqa: S102
    exec(f"{prefix}def g({name}): seen.append({name})", namespace)  # noqa: S102
    positional, either = namespace["f"], namespace["g"]
    tasks = BackgroundTasks()
    tasks.add_task(positional, 1, **{name: 2})
    args, kwargs = ((), {name: 3}) if by_keyword else ((3,), {})
    tasks.add_task(either, *args, **kwargs)
    await tasks()
    await BackgroundTask(either, *args, **kwargs)()
    assert seen == [(1, {name: 2}), 3, 3]


@pytest.mark.anyio
@pytest.mark.parametrize("is_async", [False, True])
async def test_all_those_names_at_once(is_async):
    seen = []

    def sync_function(func, self, args, kwargs):
        seen.append((func, self, args, kwargs))

    async def async_function(func, self, args, kwargs):
        seen.append((func, self, args, kwargs))

    function = async_function if is_async else sync_function
    tasks = BackgroundTasks()
    tasks.add_task(function, func=1, self=2, args=3, kwargs=4)
    tasks.tasks.append(BackgroundTask(function, func=1, self=2, args=3, kwargs=4))
    await tasks()
    assert seen == [(1, 2, 3, 4)] * 2


@pytest.mark.parametrize("make", [BackgroundTask, None])
def test_a_response_runs_them(make):
    seen = []

    async def endpoint(request):
        if make:
            background = BackgroundTask(seen.append, "ran")
        else:
            background = BackgroundTasks()
            background.add_task(seen.append, "ran")
        return PlainTextResponse("sent", background=background)

    client = TestClient(Starlette(routes=[Route("/", endpoint)]))
    assert client.get("/").text == "sent"
    assert seen == ["ran"]


def test_a_wrong_call_is_an_error_before_the_response():
    async def endpoint(request):
        background = BackgroundTasks()
        background.add_task(target)
        return PlainTextResponse("sent", background=background)

    client = TestClient(Starlette(routes=[Route("/", endpoint)]), raise_server_exceptions=False)
    assert client.get("/").status_code == 500


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on_error": "ignore"}, "on_error is 'ignore'; it must be 'stop', "),
        ({"on_error": None}, "on_error is None; it must be 'stop', "),
        ({"max_concurrency": 0}, "max_concurrency is 0; at least one"),
        ({"max_concurrency": -1}, "max_concurrency is -1; at least one"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=message):
        BackgroundTasks(**options)


def test_options_are_kept():
    tasks = BackgroundTasks(on_error="continue", max_concurrency=3)
    assert (tasks.on_error, tasks.max_concurrency) == ("continue", 3)
    assert (BackgroundTasks().on_error, BackgroundTasks().max_concurrency) == ("stop", 1)


def test_tasks_are_pickled():
    tasks = BackgroundTasks()
    tasks.add_task(len, "abc")
    for task in (tasks.tasks[0], BackgroundTask(len, "abc")):
        copied = pickle.loads(pickle.dumps(task))  # noqa: S301  # our own
        assert (copied.func, copied.args, copied.kwargs) == (len, ("abc",), {})


def test_a_proxy_of_an_async_function_is_async():
    """As wrapt makes them, which instrumentation decorates with."""

    async def send(): ...

    class Proxy:
        __code__ = send.__code__
        __class__ = type(send)

        def __call__(self, *args, **kwargs):
            return send(*args, **kwargs)

    assert BackgroundTask(Proxy()).is_async
