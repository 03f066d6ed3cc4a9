"""A default that only FastAPI fills is no default for a background task."""

from __future__ import annotations

import functools
from typing import Annotated

import pytest
from fastapi import Body, Cookie, Depends, File, Form, Header, Path, Query, Security

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError


def get_db(): ...


def notify(email: str, db=Depends(get_db), *, lang=Header("en")): ...  # noqa: B008


async def notify_async(email: str, db=Depends(get_db)): ...  # noqa: B008


@pytest.mark.parametrize("func", [notify, notify_async, functools.partial(notify, lang="en")])
def test_a_task_that_leaves_it_open_is_rejected(func):
    tasks = BackgroundTasks()
    with pytest.raises(TaskArgumentError) as caught:
        tasks.add_task(func, "ann")
    assert caught.value.target is func
    assert "would get Depends as db" in caught.value.fact
    assert caught.value.details[-1].startswith("also pass db=...")
    assert tasks.tasks == []
    with pytest.raises(TaskArgumentError):
        BackgroundTask(func, "ann")


def test_every_such_parameter_is_named_in_order():
    def target(db=Depends(get_db), page=Query(1)): ...  # noqa: B008

    with pytest.raises(TaskArgumentError) as caught:
        BackgroundTasks().add_task(target)
    assert caught.value.details[-1] == "also pass db=..., page=..."
    with pytest.raises(TaskArgumentError) as caught:
        BackgroundTasks().add_task(notify, "ann")
    assert caught.value.details[-1] == "also pass db=..., lang=..."


@pytest.mark.parametrize(
    "call",
    [
        lambda tasks: tasks.add_task(notify, "ann", "db", lang="en"),
        lambda tasks: tasks.add_task(notify, "ann", lang="en", db=None),
        lambda tasks: tasks.add_task(notify_async, "ann", "db"),
        lambda tasks: tasks.add_task(functools.partial(notify, db=1, lang="en"), "ann"),
    ],
)
def test_a_task_that_passes_it_is_accepted(call):
    tasks = BackgroundTasks()
    call(tasks)
    assert len(tasks.tasks) == 1
    tasks.tasks.clear()


@pytest.mark.parametrize("kind", [Body, Cookie, File, Form, Header, Path, Query, Security])
def test_every_kind_is_known(kind):
    default = kind(get_db) if kind is Security else kind()

    def target(value=default): ...

    def keyword(*, value=default): ...

    for func in (target, keyword):
        with pytest.raises(TaskArgumentError):
            BackgroundTasks().add_task(func)


def test_an_annotation_without_a_default_is_missing():
    def target(db: Annotated[object, Depends(get_db)]): ...

    with pytest.raises(TaskArgumentError, match="missing 1 required"):
        BackgroundTasks().add_task(target)


def test_a_default_that_was_exchanged_counts():
    def target(db=Depends(get_db)): ...  # noqa: B008

    with pytest.raises(TaskArgumentError):
        BackgroundTasks().add_task(target)
    target.__defaults__ = ("db",)
    tasks = BackgroundTasks()
    tasks.add_task(target)
    assert len(tasks.tasks) == 1
    tasks.tasks.clear()
