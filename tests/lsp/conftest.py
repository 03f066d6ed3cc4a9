"""A running `typed-bg lsp`, and a project in front of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.append(str(Path(__file__).parents[1] / "editors"))  # the client for all servers

from lsp_client import LanguageServer
from window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


@pytest.fixture(scope="session")
def start() -> Callable[..., LanguageServer]:
    """Start a server in a folder."""

    def start(folder: Path, **more: object) -> LanguageServer:
        command = [str(Path(sys.executable).parent / "typed-bg"), "lsp"]
        environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
        options = {"environment": environment, "settings": {}, **more}
        return LanguageServer(command, folder, **options)

    return start


@pytest.fixture(scope="module")
def window(
    tmp_path_factory: pytest.TempPathFactory, start: Callable[..., LanguageServer]
) -> Iterator[Window]:
    """An editor's window with a project."""
    folder = tmp_path_factory.mktemp("project").resolve()
    (folder / "pyproject.toml").write_text('[tool.typed_bg]\nalso = ["queue_of.put"]\n')
    (folder / "mail.py").write_text(MAIL, encoding="utf-8")
    (folder / "queue_of.py").write_text("def put(function, /, *args, **kwargs): ...\n")
    with start(folder) as server:
        yield Window(server, folder)
