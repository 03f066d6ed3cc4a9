"""The optional check of argument types: what it rejects, and what it must accept."""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import enum
import functools
import io
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import (
    IO,
    TYPE_CHECKING,
    Annotated,
    Any,
    BinaryIO,
    Generic,
    Literal,
    NewType,
    Protocol,
    TypeVar,
)
from unittest.mock import Mock, create_autospec

import pydantic
import pytest

from typed_bg import BackgroundTasks, TaskArgumentError
from typed_bg._core import argument_types
from typed_bg._core.argument_types import find_misfit

if TYPE_CHECKING:
    from decimal import Decimal as TypeOnly  # noqa: F401  # in strings

# The oldest supported typing_extensions is too old for typeguard.
pytest.importorskip("typeguard", exc_type=ImportError)

T = TypeVar("T")
UserId = NewType("UserId", int)


class Color(enum.Enum):
    RED = 1


class HasName(Protocol):
    @property
    def name(self) -> str: ...


class Sender(Protocol):
    def send(self, to: str) -> None: ...


class ClassSender:
    name = "x"

    @classmethod
    def send(cls, to: str) -> None: ...


class Page(pydantic.BaseModel, Generic[T]):
    items: list[T]


def takes_int(value: int) -> None: ...


async def takes_int_async(value: int) -> None: ...


def function_of(hint: Any) -> Any:
    def func(value): ...

    func.__annotations__["value"] = hint
    return func


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (float, 1),
        (complex, 1.0),
        (bytes, bytearray()),
        (dt.date, dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)),
        (decimal.Decimal | float, 1),
        (Literal[Color.RED], Color.RED),
        (UserId, 3),
        (str | os.PathLike[str], Path()),
        (re.Pattern[str], re.compile("a")),
        (Mapping[str, str], os.environ),
        (Sequence[int], range(3)),
        (Iterable[int], iter([1])),
        (Iterator[int], (x for x in [1])),
        (contextlib.AbstractContextManager[Any], threading.Lock()),
        (BinaryIO, tempfile.SpooledTemporaryFile()),  # noqa: SIM115
        (IO[bytes] | None, io.BytesIO()),
        (list[IO[str]], [io.StringIO()]),
        (HasName, ClassSender()),
        (Sender, ClassSender()),
        (Sender | None, ClassSender),
        (Page[int], Page(items=[1])),
        (Page[int], Page[int](items=[1])),
        (type[pydantic.BaseModel], Page),
        (pydantic.EmailStr, "new@example.org"),
        (list[pydantic.EmailStr] | None, ["new@example.org"]),
        (pydantic.FutureDatetime, dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)),
        (pydantic.PositiveInt, -3),  # the type alone is checked
        (pydantic.JsonValue, {"a": [1]}),
        (Annotated[int, "metadata"], 1),
        (Callable[[int], None], takes_int),
        (Callable[[int], Awaitable[None]], takes_int_async),
        (Callable[[], None], functools.partial(takes_int, 1)),
        (Callable[[str], int], len),
        (Callable[..., Any], print),
        (Callable[[str], None], logging.getLogger().info),
        (ClassSender, Mock()),
        (ClassSender, create_autospec(ClassSender)),
        (T, 1),
        (type[T], int),
        ("TypeOnly", 1),  # cannot be evaluated
        ("list[TypeOnly]", [1]),
        ("a syntax error", 1),
    ],
)
def test_what_type_checkers_accept_is_accepted(hint, value):
    assert find_misfit(function_of(hint), (value,), {}) is None


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, "1"),
        (str, None),
        (int | None, "1"),
        (list[int], [1, 2, "3"]),
        (dict[str, list[int]], {"a": [1], "b": ["x"]}),
        (tuple[int, str], (1, 2)),
        (Literal["a"], "b"),
        (Color, 1),
        (Page, {"items": []}),
        (pydantic.BaseModel, {}),
        (Annotated[int, "metadata"], "1"),
        (Callable[[int], None], 3),
        (type[pydantic.BaseModel], int),
        (UserId, "3"),
        ("int", "1"),
    ],
)
def test_what_they_reject_is_rejected(hint, value):
    error = find_misfit(function_of(hint), (value,), {})
    assert "as value, whose annotation is" in error.fact


class Mailer:
    def send(self, to: str, *copies: str, retries: int = 3, **headers: str) -> None: ...

    @classmethod
    def make(cls, to: str) -> None: ...

    @staticmethod
    def static(to: str) -> None: ...

    def __call__(self, to: str) -> None: ...


class Greeting:
    def __init__(self, name: str) -> None: ...


@functools.singledispatch
def show(value: str) -> None: ...


@show.register
def _(value: int, times: int = 1) -> None: ...


@functools.lru_cache
def cached(to: str) -> None: ...


def passes_on(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)

    return wrapper


def supplies_first(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func("session", *args, **kwargs)

    return wrapper


def has_its_own(func):
    @functools.wraps(func)
    def wrapper(count: int, **kwargs):
        return func(str(count), **kwargs)

    return wrapper


@passes_on
def logged(to: str, subject: str) -> None: ...


@supplies_first
def save(session: str, number: int, day: dt.date | None = None) -> None: ...


@has_its_own
def repeat(text: str) -> None: ...


def defaults(to: str = None, page: int = "all") -> None: ...  # noqa: RUF013  # as people write


@pytest.mark.parametrize(
    ("func", "args", "kwargs", "shown"),
    [
        (Mailer().send, (1,), {}, "to"),
        (Mailer().send, ("a", "b", 2), {}, "copies[1]"),
        (Mailer().send, ("a",), {"retries": "1"}, "retries"),
        (Mailer().send, ("a",), {"x_mailer": 1}, "x_mailer"),
        (Mailer.send, (Mailer(), 1), {}, "to"),
        (Mailer.make, (1,), {}, "to"),
        (Mailer.static, (1,), {}, "to"),
        (Mailer(), (1,), {}, "to"),
        (Greeting, (1,), {}, "name"),
        (functools.partial(Mailer().send, 1), (), {}, "to"),
        (functools.partial(Mailer().send, retries="1"), ("a",), {}, "retries"),
        (show, (1, "x"), {}, "times"),
        (cached, (1,), {}, "to"),
        (logged, ("a", 1), {}, "subject"),
        (defaults, (1,), {}, "to"),
        (takes_int_async, ("1",), {}, "value"),
    ],
)
def test_every_kind_of_target_is_checked(func, args, kwargs, shown):
    tasks = BackgroundTasks(check_types=True)
    with pytest.raises(TaskArgumentError) as caught:
        tasks.add_task(func, *args, **kwargs)
    assert f" as {shown}, whose annotation is " in caught.value.fact
    assert caught.value.target == func
    assert tasks.tasks == []


@pytest.mark.parametrize(
    ("func", "args", "kwargs"),
    [
        (show, (1, 2), {}),
        (save, (1,), {}),
        (save, (1, dt.date(2024, 1, 1)), {}),
        (save, (), {"number": 1}),
        (repeat, (1,), {}),
        (defaults, (None, "all"), {}),
        (print, (1, None), {"sep": " "}),
        (dict, (), {"a": 1}),
    ],
)
def test_calls_that_reach_other_parameters_are_accepted(func, args, kwargs):
    tasks = BackgroundTasks(check_types=True)
    tasks.add_task(func, *args, **kwargs)
    assert len(tasks.tasks) == 1
    tasks.tasks.clear()


def test_the_error_names_parameter_type_value_and_place():
    tasks = BackgroundTasks(check_types=True)
    with pytest.raises(TaskArgumentError) as caught:
        tasks.add_task(logged, "a", subject=None)
    fact, place, target, why, fix = str(caught.value).split("\n  ")
    assert fact == "logged() got None (NoneType) as subject, whose annotation is str"
    assert place.startswith(f"added at {__file__}:")
    assert target.startswith("the task is logged(to: ")
    assert why == "None is not an instance of str"
    assert "as subject, or change" in fix


def test_warn_names_the_value_and_adds_the_task(caplog):
    tasks = BackgroundTasks(check_types="warn")
    tasks.add_task(takes_int, "1")
    assert len(tasks.tasks) == 1
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("typed_bg", "WARNING")
    assert "got '1' (str) as value" in record.getMessage()
    assert __file__ in record.getMessage()
    tasks.tasks.clear()


def test_it_is_off_by_default():
    tasks = BackgroundTasks()
    assert tasks.check_types is False
    tasks.add_task(takes_int, "1")
    tasks.tasks.clear()
    tasks.check_types = True
    with pytest.raises(TaskArgumentError):
        tasks.add_task(takes_int, "1")
    with pytest.raises(TaskArgumentError):
        tasks.add(takes_int)("1")


@pytest.mark.parametrize("value", ["error", "", 2, None])
def test_a_value_that_it_cannot_have_is_rejected(value):
    with pytest.raises(ValueError, match="check_types"):
        BackgroundTasks().check_types = value


def test_without_typeguard_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typeguard", None)
    argument_types._load_typeguard.cache_clear()
    with pytest.raises(ModuleNotFoundError, match=r"typed-bg\[check-types\]"):
        BackgroundTasks(check_types=True)


PROGRAM = """
from typed_bg import BackgroundTask, BackgroundTasks
from typed_bg.fastapi import BackgroundTasks as Injected

def send(to: str) -> None: ...

for add in BackgroundTasks().add_task, Injected().add_task, BackgroundTask:
    try:
        add(send, 1)
    except TypeError as error:
        print("rejected")
off = BackgroundTasks(check_types=False)
off.add_task(send, 1)
off.tasks.clear()
"""


@pytest.mark.parametrize(
    ("value", "rejected", "logged"), [("error", 3, 0), ("warn", 0, 3), ("", 0, 0)]
)
def test_the_environment_turns_it_on(value, rejected, logged):
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "TYPED_BG_CHECK_TYPES": value},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.split() == ["rejected"] * rejected
    assert ended.stderr.count("whose annotation is str") == logged


def test_another_value_in_the_environment_is_an_error(monkeypatch):
    monkeypatch.setenv("TYPED_BG_CHECK_TYPES", "yes")
    with pytest.raises(ValueError, match="TYPED_BG_CHECK_TYPES is 'yes'"):
        argument_types.from_environment()
