"""Handlers that name `typed_bg.BackgroundTasks`, for which FastAPI injects its unchecked class."""

import functools
import warnings
from typing import Annotated

import fastapi
import pytest
from apps import future_annotations
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient

import typed_bg
from typed_bg.fastapi import (
    BackgroundTasks,
    MisannotatedHandlerWarning,
    misannotated_handlers,
    task_options,
)


def wrong(tasks: typed_bg.BackgroundTasks):
    return type(tasks).__module__


def wrong_too(count: int, tasks: typed_bg.BackgroundTasks):
    return count


def right(tasks: BackgroundTasks):
    return None


def own(tasks: fastapi.BackgroundTasks):
    return None


def line_of(function, parameter="tasks"):
    place = f"{__file__}:{function.__code__.co_firstlineno}"
    return f"{place}: {function.__qualname__}({parameter}: typed_bg.BackgroundTasks)"


def test_fastapi_injects_its_own_class_for_the_plain_one():
    app = FastAPI()
    app.get("/")(wrong)
    assert TestClient(app).get("/").json().startswith("fastapi")


def test_none_are_found_in_an_app_without_any():
    app = FastAPI()
    app.get("/right")(right)
    app.get("/own")(own)
    assert misannotated_handlers(app) == []


def test_handlers_are_found_wherever_they_are():
    app, router, inner, mounted = FastAPI(), APIRouter(), APIRouter(), FastAPI()
    app.get("/right")(right)

    def in_app(tasks: typed_bg.BackgroundTasks):
        return None

    def in_inner(tasks: typed_bg.BackgroundTasks):
        return None

    async def in_mounted(tasks: typed_bg.BackgroundTasks):
        return None

    async def in_websocket(websocket: fastapi.WebSocket, tasks: typed_bg.BackgroundTasks):
        """Do nothing."""

    app.get("/")(in_app)
    inner.get("/")(in_inner)
    router.include_router(inner, prefix="/inner")
    app.include_router(router, prefix="/router")
    mounted.get("/")(in_mounted)
    app.mount("/mounted", mounted)
    app.websocket("/websocket")(in_websocket)
    found = misannotated_handlers(app)
    assert sorted(found) == sorted(map(line_of, [in_app, in_inner, in_mounted, in_websocket]))


def test_dependencies_are_found_at_any_depth():
    app = FastAPI()

    def middle(_: Annotated[None, Depends(wrong)], tasks: BackgroundTasks):
        return None

    class Audit:
        def __init__(self, tasks: typed_bg.BackgroundTasks):
            """Do nothing."""

    @app.get("/", dependencies=[Depends(middle)])
    def handler(tasks: BackgroundTasks, audit: Annotated[Audit, Depends()]):
        return None

    found = misannotated_handlers(app)
    assert line_of(wrong) in found
    assert any("Audit(tasks: typed_bg.BackgroundTasks)" in line for line in found)
    assert len(found) == 2


def test_one_that_is_used_twice_is_named_once():
    app = FastAPI()
    app.get("/1", dependencies=[Depends(wrong)])(wrong_too)
    app.get("/2", dependencies=[Depends(wrong)])(right)
    assert sorted(misannotated_handlers(app)) == sorted([line_of(wrong), line_of(wrong_too)])


def test_annotations_that_are_strings_are_read():
    app = FastAPI()
    app.include_router(future_annotations.router)
    (line,) = misannotated_handlers(app)
    assert "future_annotations.py:" in line
    assert line.endswith(" misannotated(background_tasks: typed_bg.BackgroundTasks)")


def test_decorated_handlers_are_found_in_their_own_file():
    app = FastAPI()

    @functools.wraps(wrong)
    def decorated(*args, **kwargs):
        return wrong(*args, **kwargs)

    app.get("/")(decorated)
    assert misannotated_handlers(app) == [line_of(wrong)]


def test_partials_and_callable_objects_are_read():
    class Handler:
        def __call__(self, tasks: typed_bg.BackgroundTasks):
            return None

    app = FastAPI()
    app.get("/partial")(functools.partial(wrong_too, count=1))
    app.get("/object")(Handler())
    assert len(misannotated_handlers(app)) == 2


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[typed_bg.BackgroundTasks, "a note"],
        type("Mine", (typed_bg.BackgroundTasks,), {}),
    ],
    ids=["annotated", "subclass"],
)
def test_what_comes_down_to_a_class_of_ours_is_found_as_well(annotation):
    app = FastAPI()

    @app.get("/")
    def handler(tasks: annotation):
        return type(tasks) is fastapi.BackgroundTasks

    assert TestClient(app).get("/").json() is True  # so it is unchecked, and has to be said
    (line,) = misannotated_handlers(app)
    assert handler.__qualname__ in line


def test_a_name_that_only_type_checkers_have_hides_no_other_parameter():
    app = FastAPI()
    app.get("/", response_model=None)(future_annotations.needs_a_checkers_name)
    (line,) = misannotated_handlers(app)
    assert "needs_a_checkers_name" in line


def test_the_first_request_with_checked_tasks_warns_once_for_each():
    app = FastAPI()
    app.get("/right")(right)
    app.get("/wrong")(wrong)
    app.get("/wrong-too")(wrong_too)
    client = TestClient(app)
    with pytest.warns(MisannotatedHandlerWarning) as caught:
        client.get("/right")
    messages = [str(warning.message) for warning in caught]
    assert len(messages) == 2
    for message, function in zip(messages, [wrong, wrong_too], strict=True):
        assert message.startswith(line_of(function))
        assert "Annotate it with typed_bg.fastapi.BackgroundTasks" in message
    with warnings.catch_warnings():
        warnings.simplefilter("error", MisannotatedHandlerWarning)
        client.get("/right")


def test_each_app_warns_for_itself():
    for _ in range(2):
        app = FastAPI()
        app.get("/right")(right)
        app.get("/wrong")(wrong)
        with pytest.warns(MisannotatedHandlerWarning):
            TestClient(app).get("/right")


def test_what_task_options_make_checked_is_not_misannotated():
    app = FastAPI(dependencies=[task_options()])
    router, unlike = APIRouter(), FastAPI()
    app.get("/right")(right)
    router.get("/")(wrong)
    app.include_router(router, prefix="/router")
    app.get("/wrong-too")(wrong_too)
    unlike.get("/")(wrong)
    app.mount("/unlike", unlike)  # an app of its own, which has no such options
    client = TestClient(app)
    assert client.get("/router/").json() == "typed_bg.fastapi"
    assert client.get("/unlike/").json().startswith("fastapi")
    assert misannotated_handlers(app) == [line_of(wrong)]
    assert misannotated_handlers(unlike) == [line_of(wrong)]
    app.router.routes.pop()  # without the mounted one, there is nothing to warn of
    with warnings.catch_warnings():
        warnings.simplefilter("error", MisannotatedHandlerWarning)
        client.get("/right")


def test_an_app_without_any_checked_tasks_is_found_by_asking_alone():
    app = FastAPI()
    app.get("/")(wrong)
    with warnings.catch_warnings():
        warnings.simplefilter("error", MisannotatedHandlerWarning)
        TestClient(app).get("/")  # nothing of this library takes part in such a request
    assert misannotated_handlers(app) == [line_of(wrong)]
