"""Targets behind untyped decorators are called without the decorator, if that is proven."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from typed_bg._source.module import Module, parse
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.calls.undecorated import undecorated
from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS

_WRAPPER = "def d(f):\n    def w(*a, **k):\n        {}\n    return {}"
_CALLS = "return f(*a, **k)"
_KEEPS = {
    "wraps": "def d(f):\n    @wraps(f)\n    def w(*a, **kw): return f(*a, **kw)\n    return w",
    "async": "def d(f):\n    async def w(*a, **k):\n        await f(*a, **k)\n    return w",
    "two": "def d(f):\n    if f:\n        def w(*a, **k): f(*a, **k)\n    else:\n"
    "        async def w(*a, **k): await f(*a, **k)\n    return w",
    "returned": "def d(f):\n    registry.append(f)\n    return f",
    "logged": _WRAPPER.format(f"print(f); {_CALLS}", "w"),
    "update": _WRAPPER.format(_CALLS, "wraps(f)(w)"),
}
_CHANGES = {
    "more": _WRAPPER.format("return f(1, *a, **k)", "w"),
    "fewer": _WRAPPER.format("return f(*a[1:], **k)", "w"),
    "own": _WRAPPER.format(_CALLS, "w").replace("w(*a", "w(x, *a"),
    "keyword": _WRAPPER.format("return f(*a, db=1, **k)", "w"),
    "popped": _WRAPPER.format(f"k.pop('x'); {_CALLS}", "w"),
    "changed": _WRAPPER.format(f"k['x'] = 1; {_CALLS}", "w"),
    "handed on": _WRAPPER.format(f"fill(k); {_CALLS}", "w"),
    "not called": _WRAPPER.format("return None", "w"),
    "other": _WRAPPER.format(_CALLS, "other"),
    "rebound": _WRAPPER.format(_CALLS, "w").replace("    def w", "    f = inject(f)\n    def w"),
    "rewrapped": _WRAPPER.format(_CALLS, "w").replace("    return w", "    w = g(w)\n    return w"),
    "decorated": _WRAPPER.format(_CALLS, "w").replace("    def w", "    @inject\n    def w"),
    "no args": _WRAPPER.format("return f(**k)", "w").replace("*a, ", ""),
    "class": "class d:\n    def __init__(self, f): ...",
    "unknown": "from x import d",
    "sometimes": _WRAPPER.format(_CALLS, "w if debug else f"),
    "again": "def d(f): return f\ndef d(f): return inject(f)",
}


def _found(decorator: str, use: str = "@d") -> bool:
    source = (
        f"from functools import wraps\n{decorator}\n\n{use}\ndef send(to: str): ...\n\n"
        "tasks.add_task(send, 1)\n"
    )
    module = parse(Path("/nowhere/app.py"), source.encode())
    assert isinstance(module, Module)
    (site,) = find_sites(module)
    return undecorated(site) is not None


@pytest.mark.parametrize("text", _KEEPS.values(), ids=_KEEPS)
def test_a_decorator_keeps_the_parameters(text: str) -> None:
    assert _found(text)
    inner = textwrap.indent(text, "    ")
    assert _found(f"def factory(x):\n{inner}\n    return d", "@factory(1)")


@pytest.mark.parametrize("text", _CHANGES.values(), ids=_CHANGES)
def test_a_decorator_may_change_the_parameters(text: str) -> None:
    assert not _found(text)


@pytest.mark.parametrize(
    ("text", "use", "found"),
    [
        ("import functools", "@functools.lru_cache(maxsize=1)", True),
        ("from functools import cache", "@cache", True),
        ("from tenacity import retry", "@retry(stop=stop())", True),
        ("from celery import shared_task", "@shared_task", True),
        ("from celery import shared_task", "@shared_task(base=Own)", False),
        ("from celery import Celery\napp = Celery()", "@app.task(name='x')", True),
        ("app = Queue()", "@app.task", False),
        ("from mine import retry", "@retry", False),
        ("def keep(f): return f", "@keep\n@unknown", False),
    ],
)
def test_decorators_of_libraries(text: str, use: str, *, found: bool) -> None:
    assert _found(text, use) is found


_DECO = """\
import functools
def logged(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)
    return wrapper
def changing(f):
    def wrapper(*args, **kwargs):
        return f(1, *args, **kwargs)
    return wrapper
"""
_MAIL = """\
from deco import logged
from kinds import Kind

@logged
def mail(to: Kind) -> None: ...
"""
_APP = """\
from celery import shared_task
from deco import changing, logged
from kinds import Kind
from mail import mail
from starlette.background import BackgroundTasks


@logged
def send(to: str, n: int = 0) -> None: ...


@shared_task(bind=True)
def task(self, to: str) -> None: ...


@changing
def inject(n: int, to: str) -> None: ...


class Service:
    @logged
    def work(self, to: str) -> None: ...

    def run(self, tasks: BackgroundTasks, to: str) -> None:
        tasks.add_task(self.work, to)
        tasks.add_task(self.work, 1)  #! 1


def run(tasks: BackgroundTasks, to: str, kind: Kind) -> None:
    @logged
    def inner(to: str) -> None: ...

    tasks.add_task(inner, 1)  #! 1
    tasks.add_task(send, to)
    tasks.add_task(send, to, retry=1)  #! retry=1
    tasks.add_task(mail, kind)
    tasks.add_task(mail, to)  #! to
    tasks.add_task(inject, to)
    tasks.add_task(task, to)
"""


@pytest.mark.full
def test_the_function_without_its_decorator_is_called(tmp_path: Path) -> None:
    files = {"app.py": _APP, "mail.py": _MAIL, "deco.py": _DECO, "kinds.py": "class Kind: ...\n"}
    files["pyproject.toml"] = '[tool.pyrefly]\npreset = "default"\n'
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    settings = Settings(checkers=tuple(CHECKERS), python=sys.executable)
    report = check_project(Request((tmp_path,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    lines = _APP.splitlines()
    found: dict[int, set[str]] = {}
    for finding in report.findings:
        if finding.rule == "wrong-argument":
            line = lines[finding.place.line - 1]
            # pyright and zuban take an untyped decorator for one that keeps the parameters, and
            # celery is not installed everywhere.
            if "(inject" in line or "(task" in line:
                assert "checked as" not in finding.message
                continue
            assert "#! " in line, finding
            assert line[finding.place.column - 1 :].startswith(line.partition("#! ")[2])
            assert "_bgp" not in finding.message
            found.setdefault(finding.place.line, set()).update(finding.reported_by)
    expected = {n for n, line in enumerate(lines, 1) if "#! " in line}
    assert found == {number: set(CHECKERS) for number in expected}
    assert {name: (tmp_path / name).read_text("utf-8") for name in files} == files
