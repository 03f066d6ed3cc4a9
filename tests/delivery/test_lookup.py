"""The names by which a worker finds a function, and the objects that it rejects."""

from __future__ import annotations

import functools
import importlib
import re
import shutil
import sys
import time
import types

import anyio  # noqa: F401  # by its name below
import pytest

import typed_bg
from typed_bg import TaskTargetError, UnknownTaskError
from typed_bg._core import hooks, task_registry
from typed_bg.engines import lookup
from typed_bg.engines.lookup import find, task_name

PROJECT = {
    "shop/__init__.py": "",
    "shop/__main__.py": "raise SystemExit('a program')\n",
    "shop/broken.py": "raise KeyError('SETTING')\n",
    "shop/exits.py": "raise SystemExit(3)\n",
    "shop/never.py": "from pathlib import Path\n\nPath(__file__).with_name('imported').touch()\n",
    "shop/tasks.py": """
import functools
import os
import subprocess
from subprocess import run

import typed_bg


def send(to: str) -> None: ...


async def send_later(to: str) -> None: ...


def logged(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)

    return wrapper


def unnamed(func):
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)

    return wrapper


@logged
def decorated(to: str) -> None: ...


@unnamed
def badly_decorated(to: str) -> None: ...


@functools.lru_cache
def cached(to: str) -> None: ...


@typed_bg.task()
def at_its_place(to: str) -> None: ...


@typed_bg.task(name="welcome", aliases=["shop.mail:welcome", "hello"])
def renamed(to: str) -> None: ...


@logged
@typed_bg.task(name="inner")
def decorated_again(to: str) -> None: ...


@logged
@functools.lru_cache
@typed_bg.task(retries=3)
def decorated_at_its_place(to: str) -> None: ...


made_from_another = logged(decorated_again)


class Mail:
    def __init__(self, to: str = "") -> None: ...

    def send(self, to: str) -> None: ...

    def __call__(self, to: str) -> None: ...

    @staticmethod
    def static(to: str) -> None: ...

    @classmethod
    def of_class(cls, to: str) -> type: return cls

    @classmethod
    @typed_bg.task()
    def registered_below(cls, to: str) -> type: return cls

    @typed_bg.task(name="registered above")
    @classmethod
    def registered_above(cls, to: str) -> type: return cls

    @typed_bg.task(name="registered static")
    @staticmethod
    def registered_static(to: str) -> None: ...


class SpecialMail(Mail): ...


mail = Mail()
shadowed = send_later
""",
}


@pytest.fixture
def tasks(tmp_path, monkeypatch):
    """The module `shop.tasks` of a project of its own; it leaves nothing behind."""
    for name, text in PROJECT.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    by_name, by_id = dict(task_registry._by_name), dict(task_registry._by_id)
    own, active = set(lookup._trusted_packages), hooks.router
    lookup.is_project_module.cache_clear()
    yield importlib.import_module("shop.tasks")
    for module in [module for module in sys.modules if module.partition(".")[0] == "shop"]:
        del sys.modules[module]
    for now, before in ((task_registry._by_name, by_name), (task_registry._by_id, by_id)):
        now.clear()
        now.update(before)
    lookup._trusted_packages.clear()
    lookup._trusted_packages.update(own)
    hooks.router = active
    lookup.is_project_module.cache_clear()


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("send", "shop.tasks:send"),
        ("send_later", "shop.tasks:send_later"),
        ("shadowed", "shop.tasks:send_later"),
        ("decorated", "shop.tasks:decorated"),
        ("cached", "shop.tasks:cached"),
        ("at_its_place", "shop.tasks:at_its_place"),
        ("renamed", "welcome"),
        ("decorated_again", "inner"),
        ("decorated_at_its_place", "shop.tasks:decorated_at_its_place"),
        ("Mail", "shop.tasks:Mail"),
        ("Mail.send", "shop.tasks:Mail.send"),
        ("Mail.static", "shop.tasks:Mail.static"),
        ("SpecialMail.static", "shop.tasks:Mail.static"),
        ("Mail.of_class", "shop.tasks:Mail.of_class"),
        ("SpecialMail.of_class", "shop.tasks:SpecialMail.of_class"),
        ("Mail.registered_below", "shop.tasks:Mail.registered_below"),
        ("Mail.registered_above", "registered above"),
        ("Mail.registered_static", "registered static"),
    ],
)
def test_a_worker_finds_a_function_by_its_name(tasks, expression, name):
    func = eval(expression, vars(tasks))  # noqa: S307  # of this file
    assert task_name(func) == name
    assert task_name(func) == name  # also when it was asked before
    assert find(name) == func
    if isinstance(func, types.MethodType):
        assert find(name)("x") is func.__self__


def test_a_worker_imports_the_module_of_a_place(tasks):
    del sys.modules["shop.tasks"]
    assert find("shop.tasks:send").__name__ == "send"
    assert "shop.tasks" in sys.modules


@pytest.mark.parametrize("name", ["welcome", "hello", "shop.mail:welcome", "shop.tasks:renamed"])
def test_a_renamed_function_is_found_by_all_its_names(tasks, name):
    assert find(name) is tasks.renamed


def nested():
    def inner(to: str) -> None: ...

    return inner


@pytest.mark.parametrize(
    ("expression", "why", "remedy"),
    [
        ("lambda to: None", "it is a lambda", "at module level"),
        ("nested()", "it is a nested function", "at module level"),
        ("functools.partial(send, 'a')", "a partial has", "pass its function"),
        ("mail.send", "it is a method", "creates or finds"),
        ("mail", "Mail objects have no name", "at module level"),
        ("[].append", "it is a method|objects have no name", "at module level"),
        ("badly_decorated", "it is a nested function", "at module level"),
        ("print", "builtins is not part", r"typed_bg.task\(name=.*\)\(print\)"),
        ("time.sleep", "time is not part", r"typed_bg.task\(name=.*\)\(sleep\)"),
        ("shutil.copyfile", "shutil is not part", r"task\(name=.*\)\(copyfile\)"),
        ("anyio.sleep", "anyio is not part", r"typed_bg.task\(name=.*\)\(sleep\)"),
        ("typed_bg.engines.worker.execute", "is not part", "typed_bg.task"),
        ("made_from_another", "'inner' is the name of", "outermost"),
    ],
)
def test_what_a_worker_could_not_find_is_refused(tasks, expression, why, remedy):
    importlib.import_module("typed_bg.engines.worker")
    names = {**vars(tasks), **globals()}
    func = eval(expression, names)  # noqa: S307  # of this file
    with pytest.raises(TaskTargetError, match=why) as caught:
        task_name(func)
    assert re.search(r"\(\) cannot be sent .*: ", caught.value.fact)
    assert f"added at {__file__}:" in str(caught.value)
    assert any(re.search(remedy, detail) for detail in caught.value.details)


def test_a_function_of_main_is_refused(tasks, monkeypatch):
    monkeypatch.setattr(tasks.send, "__module__", "__main__")
    with pytest.raises(TaskTargetError, match="defined in __main__"):
        task_name(tasks.send)


def test_main_may_say_how_a_function_runs_until_it_is_handed_over(tasks, monkeypatch):
    monkeypatch.setattr(tasks.send, "__module__", "__main__")
    assert typed_bg.task()(tasks.send) is tasks.send
    with pytest.raises(TaskTargetError, match="defined in __main__"):
        task_name(tasks.send)


def test_a_function_that_was_replaced_is_refused(tasks, monkeypatch):
    original = tasks.send
    monkeypatch.setattr(tasks, "send", tasks.decorated)
    with pytest.raises(TaskTargetError, match=r"shop\.tasks:send is now another object"):
        task_name(original)
    monkeypatch.delattr(tasks, "send")
    with pytest.raises(TaskTargetError, match=r"shop\.tasks:send is now another object"):
        task_name(original)


def test_what_was_said_of_a_function_holds_for_its_decorated_form(tasks):
    registration = task_registry.registration_of(tasks.decorated_at_its_place)
    assert registration is not None
    assert registration.options.retries == 3
    assert task_registry.registration_of(tasks.decorated) is None


@pytest.mark.parametrize("func", [shutil.rmtree, time.sleep, print])
def test_a_function_of_another_project_is_taken_by_a_name(tasks, func):
    assert typed_bg.task(name="other")(func) is func
    assert task_name(func) == "other"
    assert find("other") is func


@pytest.mark.parametrize("names", [{"name": "welcome"}, {"name": "x", "aliases": ["hello"]}])
def test_a_name_is_taken_once(tasks, names):
    with pytest.raises(TaskTargetError, match="two tasks are named") as caught:
        typed_bg.task(**names)(tasks.send)
    assert "shop.tasks:renamed and shop.tasks:send" in caught.value.fact
    assert f"registered at {__file__}:" in str(caught.value)
    assert task_name(tasks.send) == "shop.tasks:send"
    with pytest.raises(UnknownTaskError):
        find("x")


def test_a_name_that_is_anothers_place_is_told_when_that_one_is_added(tasks):
    typed_bg.task(name="x", aliases=["shop.tasks:send"])(tasks.send_later)
    with pytest.raises(TaskTargetError, match=r"registered name of shop\.tasks:send_later"):
        task_name(tasks.send)


def test_a_module_can_be_loaded_anew(tasks):
    before = tasks.renamed
    importlib.reload(tasks)
    assert tasks.renamed is not before
    assert find("welcome") is tasks.renamed
    assert find("shop.tasks:Mail.of_class")("x") is tasks.Mail
    assert task_name(tasks.renamed) == "welcome"


@pytest.mark.parametrize(
    "name",
    [
        *("os:system", "subprocess:call", "builtins:eval", "typed_bg.engines.worker:execute"),
        *("importlib:import_module", "anyio:run", "no.such.module:send"),
        *("shop.tasks:subprocess.run", "shop.tasks:os.system", "shop.tasks:run"),
        *("shop.tasks:send.__globals__", "shop.tasks:send.__globals__.clear"),
        *("shop.tasks:decorated.__wrapped__", "shop.tasks:cached.cache_clear"),
        *("shop.tasks:send.__call__", "shop.tasks:send.__class__", "shop.tasks:mail.send"),
        *("shop.tasks:Mail.__subclasses__", "shop.tasks:mail", "shop.tasks:shadowed"),
        *("shop.tasks:no_such", "shop.tasks:", "shop.tasks", ":send", "", ":", "..:x", "send"),
        *("shop.__main__:send", "shop.broken:send", "shop.exits:send", "shop.no_such:send"),
    ],
)
def test_what_no_function_was_named_is_unknown(tasks, name):
    with pytest.raises(UnknownTaskError) as caught:
        find(name)
    assert str(caught.value).startswith(f"no task {name!r} here: ")


def test_why_a_module_cannot_be_imported_is_said(tasks):
    with pytest.raises(UnknownTaskError, match="KeyError: 'SETTING'") as caught:
        find("shop.broken:send")
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_module_of_another_project_is_not_even_imported(tasks, tmp_path, monkeypatch):
    monkeypatch.setattr(lookup, "_installed", lambda: (tmp_path.resolve(),))
    lookup.is_project_module.cache_clear()
    with pytest.raises(UnknownTaskError, match=r"shop\.never is not a module"):
        find("shop.never:send")
    assert not (tmp_path / "shop" / "imported").exists()
    lookup.trust_packages({"shop"})
    with pytest.raises(UnknownTaskError, match=r"shop\.never has no such function"):
        find("shop.never:send")
    assert (tmp_path / "shop" / "imported").exists()


def test_task_needs_something_to_find(tasks):
    for func in (nested(), functools.partial(tasks.send, "a"), tasks.mail.send):
        with pytest.raises(TaskTargetError):
            typed_bg.task(retries=1)(func)
