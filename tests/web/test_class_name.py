"""`typed_bg.fastapi.BackgroundTasks` is a class wherever FastAPI's is used as one."""

import copy
import inspect
import pickle
import typing
from typing import Annotated
from unittest import mock

import fastapi
import pydantic
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient

import typed_bg
from typed_bg._core import injected_class
from typed_bg.fastapi import BackgroundTasks, CheckedBackgroundTasks

both = pytest.mark.parametrize("kind", [fastapi.BackgroundTasks, BackgroundTasks])
knows_type_aliases = pytest.mark.skipif(
    not injected_class._KNOWS_TYPE_ALIASES,
    reason="this FastAPI injects nothing for a type alias, so the class claims to be Annotated",
)
ran = []


def send(to):
    ran.append(to)


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()


@both
def test_it_makes_a_collection(kind):
    tasks = kind()
    assert isinstance(tasks, kind)
    assert isinstance(tasks, fastapi.BackgroundTasks)
    assert type(tasks) is kind
    assert isinstance(kind, type)
    assert inspect.isclass(kind)
    assert issubclass(kind, fastapi.BackgroundTasks)


@both
def test_mocks_with_its_spec_have_its_methods(kind):
    mock.Mock(spec=kind).add_task(send, "ann")
    mock.create_autospec(kind, instance=True).add_task(send, "ann")
    with pytest.raises(AttributeError):
        mock.Mock(spec=kind).ad_task(send, "ann")


def test_its_method_can_be_patched():
    app = FastAPI()

    @app.get("/")
    def handler(tasks: BackgroundTasks):
        tasks.add_task(send, "ann")

    with mock.patch(f"{__name__}.BackgroundTasks.add_task") as add_task:
        TestClient(app).get("/")
    add_task.assert_called_once_with(send, "ann")
    assert ran == []
    TestClient(app).get("/")
    assert ran == ["ann"]


@both
def test_it_can_be_subclassed_copied_and_pickled(kind):
    class Tasks(kind):
        """Of the user's own."""

    assert isinstance(Tasks(), kind)
    assert copy.deepcopy(kind) is kind
    assert pickle.loads(pickle.dumps(kind)) is kind  # noqa: S301  # our own


@both
@knows_type_aliases
def test_type_hints_keep_it(kind):
    def handler(tasks: kind, optional: kind | None, *lists: list[kind]): ...

    handler.__annotations__ = {"tasks": kind, "optional": kind | None, "lists": list[kind]}
    assert typing.get_type_hints(handler) == handler.__annotations__
    assert typing.get_type_hints(handler)["tasks"] is kind


@both
def test_pydantic_accepts_its_instances_if_arbitrary_types_are_allowed(kind):
    model = pydantic.create_model(
        "model", __config__={"arbitrary_types_allowed": True}, tasks=(kind, ...)
    )
    tasks = kind()
    assert model(tasks=tasks).tasks is tasks
    with pytest.raises(pydantic.ValidationError):
        model(tasks="another type")
    with pytest.raises(pydantic.errors.PydanticSchemaGenerationError):
        pydantic.create_model("model", tasks=(kind, ...))


@both
def test_validate_call_accepts_its_instances(kind):
    def handler(tasks):
        return tasks

    handler.__annotations__["tasks"] = kind
    validated = pydantic.validate_call(config={"arbitrary_types_allowed": True})(handler)
    tasks = kind()
    assert validated(tasks) is tasks
    with pytest.raises(pydantic.ValidationError):
        validated("another type")


@both
@pytest.mark.parametrize("form", ["optional", "depends"])
def test_forms_that_fastapi_refuses_for_its_own_class_are_refused(kind, form):
    annotation = kind | None if form == "optional" else Annotated[kind, Depends()]

    def handler(tasks=None): ...

    handler.__annotations__["tasks"] = annotation
    if form == "depends":
        handler.__defaults__ = None
    with pytest.raises((fastapi.exceptions.FastAPIError, AssertionError)):
        FastAPI().get("/")(handler)


@both
@knows_type_aliases
def test_class_based_views_get_it(kind):
    """They read the annotations of a class with `get_type_hints`, as fastapi-utils does."""
    router, app = APIRouter(), FastAPI()

    class View:
        tasks: kind

        def __init__(self, tasks):
            self.tasks = tasks

    View.__annotations__["tasks"] = kind
    hints = typing.get_type_hints(View)
    parameter = inspect.Parameter(
        "tasks", inspect.Parameter.KEYWORD_ONLY, annotation=hints["tasks"]
    )
    View.__signature__ = inspect.Signature([parameter])

    @router.get("/")
    def get(view: Annotated[View, Depends()]):
        view.tasks.add_task(send, "ann")
        return isinstance(view.tasks, kind)

    app.include_router(router)
    assert TestClient(app).get("/").json() is True
    assert ran == ["ann"]


def test_the_class_by_its_other_name_is_injected_too():
    app = FastAPI()

    def handler(tasks):
        tasks.add_task(send)

    handler.__annotations__["tasks"] = CheckedBackgroundTasks
    app.get("/")(handler)
    with pytest.raises(typed_bg.TaskArgumentError):
        TestClient(app).get("/")


def test_instances_have_none_of_the_attributes_of_an_alias():
    for name in ("__value__", "__origin__", "__metadata__", "__args__", "__parameters__"):
        assert not hasattr(BackgroundTasks(), name)
    assert BackgroundTasks().__class__ is BackgroundTasks
