"""An editor's window: modules that are being written, and what is shown at a place in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from editor_answers import Answer, read_hover, read_signature

if TYPE_CHECKING:
    from pathlib import Path

    from lsp_client import LanguageServer

CURSOR = "‸"
MAIL = '''\
import functools
from dataclasses import dataclass
from typing import Annotated, overload

from typing_extensions import Doc

Address = Annotated[str, Doc("An address with an @.")]


def send_email(
    to: Annotated[str, Doc("The address that gets the email.")],
    subject: Annotated[str, Doc("The email's first line.")],
    *,
    retries: Annotated[int, Doc("How often a failed delivery is tried again.")] = 3,
) -> None:
    """Send an email."""


def google(a: int, b: str = "x") -> None:
    """Do it.

    Args:
        a: The first one.
        b: The second one,
            on two lines.
    """


def numpy(a: int, b: str = "x") -> None:
    """Do it.

    Parameters
    ----------
    a : int
        The first one.
    b : str
        The second one.
    """


def sphinx(a: int, b: str = "x") -> None:
    """Do it.

    :param a: The first one.
    :param str b: The second one.
    """


def alias(to: Address, n: "int | None" = None) -> None: ...


def decorate(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


@decorate
def decorated(a: int, b: str = "x") -> None:
    """Do it."""


def prepared(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        if not kwargs.get("b"):
            kwargs["b"] = ""
        return function(*args, **kwargs)

    return inner


@prepared
def keywords(*, a: int, b: str = "x") -> None:
    """Do it."""


@overload
def either(a: int) -> None: ...
@overload
def either(a: str, b: int) -> None: ...
def either(a, b=0): ...


class Mailer:
    """Sends emails.

    Args:
        host: The server's name.
    """

    def __init__(self, host: str, *, port: Annotated[int, Doc("The server's port.")] = 25): ...
    def send(self, to: str, subject: str = "") -> None: ...
    @classmethod
    def make(cls, x: int) -> None: ...
    @staticmethod
    def static(x: int) -> None: ...
    def __call__(self, letter: bytes) -> None: ...


@dataclass
class Letter:
    to: Annotated[str, Doc("Who gets it.")]
    body: str = ""


def short(to: str @ Doc("In the short form."), n: int = 1) -> None: ...


bound = functools.partial(send_email, "me", retries=4)
'''
MODELS = '''\
import collections
import dataclasses
import functools
import typing as t

import attrs
from pydantic import BaseModel, Field
from typing_extensions import Doc


@dataclasses.dataclass
class Base:
    a: int
    b: str = "x"
    c: list[int] = dataclasses.field(default_factory=list)
    made: int = dataclasses.field(init=False, default=0)
    counter: t.ClassVar[int] = 0
    _: dataclasses.KW_ONLY
    d: int = 0


@dataclasses.dataclass
class Derived(Base):
    b: str = "y"
    e: t.Annotated[int, Doc("The e.")] = dataclasses.field(default=1)


@dataclasses.dataclass(kw_only=True)
class Keywords:
    a: int
    b: int = dataclasses.field(kw_only=False)


@dataclasses.dataclass
class Own:
    a: int

    def __init__(self, text: str) -> None: ...


@attrs.define
class Attrs:
    x: int
    _y: str = attrs.field(default="a", kw_only=True)


class Model(BaseModel):
    name: str
    age: t.Annotated[int, Doc("The age.")] = 3
    tag: str = Field("x", max_length=3)
    _hidden: int = 0


class Larger(Model):
    more: int = Field(alias="much")


class Explicit(BaseModel):
    a: int

    def __init__(self, text: str, **data: object) -> None: ...


class Point(t.NamedTuple):
    """A point.

    Attributes:
        x: The x.
    """

    x: int
    y: t.Annotated[int, Doc("The y.")] = 0

    def moved(self, by: int) -> "Point": ...


class Named(Point):
    """It has the fields of its base."""


class Text(Point):
    def __new__(cls, text: str): ...


Pair = collections.namedtuple("Pair", "left, right", defaults=[1])
Triple = t.NamedTuple("Triple", [("one", int), ("two", "str"), ("three", bytes)])


class Options(t.TypedDict):
    to: str
    retries: t.Annotated[int, Doc("How often.")]


class MoreOptions(Options, total=False):
    subject: str
    size: t.Required[int]
    copies: t.Annotated[t.NotRequired[int], Doc("How many.")]


Short = t.TypedDict("Short", {"a": int, "b": t.NotRequired[str]})


@t.overload
async def fetch(a: int) -> None: ...
@t.overload
async def fetch(a: str, b: int) -> None: ...
async def fetch(a, b=0): ...


class Client:
    @t.overload
    async def get(self, a: int) -> None: ...
    @t.overload
    async def get(self, a: str, b: int) -> None: ...
    async def get(self, a, b=0): ...


class Store:
    @functools.lru_cache
    def load(self, key: int) -> None:
        """Load it.

        Args:
            key: The key.
        """


@functools.cache
def cached(a: int) -> None: ...


@functools.singledispatch
def single(a: int, b: str = "") -> None: ...
'''
HEAD = """\
import asyncio
import functools
import logging
from pathlib import Path

import anyio.to_thread
import fastapi
from starlette.background import BackgroundTask

import mail
import queue_of
from mail import *
from typed_bg.fastapi import BackgroundTasks

mailer = Mailer("localhost")


async def signup(email: str, tasks: BackgroundTasks, theirs: fastapi.BackgroundTasks, q) -> None:
    """


class Window:
    """The window of an editor."""

    def __init__(self, server: LanguageServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._opened = 0

    def signature(self, code: str, head: str = HEAD) -> Answer:
        """Return what signature help shows at the cursor."""
        return read_signature(self.ask("signatureHelp", code, head))

    def hover(self, code: str, head: str = HEAD) -> Answer:
        """Return what is shown if the mouse is at the cursor."""
        return read_hover(self.ask("hover", code, head))

    def offered(self, code: str, head: str = HEAD) -> dict[str, Any]:
        """Return what completion offers at the cursor, by label."""
        return {item["label"]: item for item in self.ask("completion", code, head)}

    def ask(self, what: str, code: str, head: str = HEAD, units: str = "utf-16-le") -> Any:
        """Ask something about a place in a new module."""
        self._opened += 1
        uri = (self.folder / f"edited_{self._opened}.py").as_uri()
        before, _, after = (head + code).partition(CURSOR)
        document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
        self.server.tell("textDocument/didOpen", {"textDocument": document})
        line = before.rpartition("\n")[2]
        width = {"utf-16-le": 2, "utf-8": 1, "utf-32-le": 4}[units]
        position = {"line": before.count("\n"), "character": len(line.encode(units)) // width}
        where = {"textDocument": {"uri": uri}, "position": position}
        answer = self.server.ask(f"textDocument/{what}", where)
        self.server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        failures = [entry for entry in self.server.log if "internal error" in entry]
        assert failures == []
        return answer
