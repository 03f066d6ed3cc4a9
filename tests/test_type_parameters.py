"""Type parameters as Python 3.12 writes them, where the module already does."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from typed_bg.fix.decorator_classes import typed_decorator_class
from typed_bg.fix.decorators import typed_decorator
from typed_bg.fix.edits import Anchor
from typed_bg.fix.forwarders import typed_forwarder

if TYPE_CHECKING:
    from typed_bg.fix.edits import Edit

pytestmark = pytest.mark.skipif(sys.version_info < (3, 12), reason="older Pythons cannot parse it")

_PATH = PurePosixPath("app.py")
_BEFORE = """\
from collections.abc import Callable
from typing import Any


def first[T](values: list[T]) -> T:
    return values[0]


def keep(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


class Keep:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)


def later(tasks, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    tasks.add_task(func, *args, **kwargs)
"""
_LINES = {
    "keep": [
        "def keep[**P, R](function: Callable[P, R]) -> Callable[P, R]:",
        "    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:",
    ],
    "Keep": [
        "class Keep[**P, R]:",
        "    def __init__(self, function: Callable[P, R]) -> None:",
        "    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:",
    ],
    "later": [
        "def later[**P](tasks, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:"
    ],
}


def _changed(name: str, python: tuple[int, int]) -> str:
    """Return the module with the most precise change that is possible."""
    changed = (variant(_BEFORE.encode()) for variant in _edit(name, python).variants)
    return next(after for after in changed if after is not None).decode()


def _edit(name: str, python: tuple[int, int]) -> Edit:
    if name == "keep":
        return typed_decorator(_PATH, Anchor("keep"), python)
    if name == "Keep":
        return typed_decorator_class(_PATH, Anchor("Keep.__init__"), python)
    return typed_forwarder(_PATH, Anchor("later"), "func", python)


@pytest.mark.parametrize("name", _LINES)
def test_as_the_module_writes_them(name: str) -> None:
    old, new = _BEFORE.splitlines(), _changed(name, (3, 12)).splitlines()
    assert len(new) == len(old)
    assert [line for line in new if line not in old] == _LINES[name]


@pytest.mark.parametrize("name", _LINES)
def test_not_if_an_older_python_has_to_read_it(name: str) -> None:
    assert 'P = ParamSpec("P")\n' in _changed(name, (3, 11))
