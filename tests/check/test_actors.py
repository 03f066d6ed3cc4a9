"""Constructors and methods of Ray's actors are called directly if the source proves the class."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from typed_bg._source.module import Module, parse
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.calls.families import of_families
from typed_bg.check.calls.undecorated import undecorated
from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project

_FAST = ("ty", "pyrefly", "zuban")
_ACTOR = """\
import ray
from ray.actor import ActorHandle, ActorProxy
from typing import Optional
class Base:
    def __init__(self, a: str) -> None: ...
    def up(self, c: str) -> None: ...
@ray.remote
class Actor(Base):
    def run(self, b: int, *, k: bytes = b"") -> None: ...
    @ray.method(num_returns=2)
    def two(self, d: int) -> None: ...
class Plain:
    def run(self, p: int) -> None: ...
    @staticmethod
    def fixed(p: int) -> None: ...
    @property
    def value(self) -> int: ...
Wrapped = ray.remote(Plain)
"""
_TWO_BASES = """\
class B:
    def __init__(self) -> None: ...
class C:
    def __init__(self, n: int) -> None: ...
"""
_CONSTRUCTOR, _RUN = "Base(a: str)", "Actor.run(b: int, *, k: bytes=b'')"


def _sites(text: str, path: Path = Path("/nowhere/app.py")) -> list[str | None]:
    module = parse(path, text.encode())
    assert isinstance(module, Module)
    found = map(undecorated, find_sites(module, of_families(["ray"])))
    return [None if each is None else f"{each.name}({each.signature})" for each in found]


@pytest.mark.parametrize(
    ("code", "function"),
    [
        ("Actor.remote(1)", _CONSTRUCTOR),
        ("Actor.options(num_cpus=1).remote(1)", _CONSTRUCTOR),
        ("Wrapped.remote()", "Plain()"),
        ("ray.remote(Plain).remote()", "Plain()"),
        ("ray.remote(num_cpus=1)(Plain).remote()", "Plain()"),
        ("Mine = Actor.options(num_cpus=1)\nMine.remote(1)", _CONSTRUCTOR),
        ("def f(a: ActorHandle[Actor]): a.run.remote(1)", _RUN),
        ("def f(a: 'ActorProxy[Actor] | None'): a.run.remote(1)", _RUN),
        ("def f(a: Optional[ActorHandle['Plain']]): a.run.remote(1)", "Plain.run(p: int)"),
        ("def f(a: ActorHandle[Actor]): a.up.remote(1)", "Base.up(c: str)"),
        ("def f(a: ActorHandle[Actor]): a.two.remote(1)", "Actor.two(d: int)"),
        ("def f(a: ActorHandle[Actor]): a.run.options(name='a').remote(1)", _RUN),
        ("Plain.remote(1)", None),  # the class has no such method
        ("def f(a: ActorHandle): a.run.remote(1)", None),
        ("def f(a: Actor): a.run.remote(1)", None),
        ("def f(a: ActorHandle[Actor]): a.gone.remote(1)", None),
        ("def f(a: ActorHandle[Plain]): a.fixed.remote(1)", None),
        ("def f(a: ActorHandle[Plain]): a.value.remote(1)", None),
        ("def f(a: list[ActorHandle[Actor]]): a[0].run.remote(1)", None),
        ("def f(a: ActorHandle[Actor]):\n    a = other()\n    a.run.remote(1)", None),
        ("for Actor in (): Actor.remote(1)", None),
    ],
)
def test_what_the_source_shows(code: str, function: str | None) -> None:
    text = _ACTOR if "for Actor" not in code else "import ray\n"
    assert _sites(f"{text}\n{code}\n") == [function]


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("a = Actor.remote('a')", True),
        ("a: ActorHandle[Actor] = make()", True),
        ("a = ray.get_actor('a')", False),
        ("a = Actor.remote('a') if x else None", False),
        ("a = Actor.remote('a')\na = other()", False),
        ("a = Actor.remote('a')\nfor a in rows: pass", False),
        ("a = Actor.remote('a')\nwith x as a: pass", False),
        ("b = [Actor.remote('a')]\nfor a in b: pass", False),
        ("a, b = Actor.remote('a'), 1", False),
        ("a = Actor('a')", False),
        ("from elsewhere import a", False),
    ],
)
def test_a_name_for_an_actor(code: str, *, is_found: bool) -> None:
    body = textwrap.indent(f"{code}\na.run.remote(1)", "    ")
    assert _sites(f"{_ACTOR}\ndef f(x, rows):\n{body}\n")[-1] == (_RUN if is_found else None)


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("self.a = Actor.remote('a')", True),
        ("self.a = None\nself.a = Actor.remote('a')\nself.a = Actor.remote('b')", True),
        ("self.a: ActorHandle[Actor] | None = None", True),
        ("self.a = a", True),
        ("self.a = Actor.remote('a')\nself.a = Wrapped.remote()", False),
        ("self.a = Actor.remote('a')\nself.a, b = x", False),
        ("self.a = Actor.remote('a')\nfor self.a in x: pass", False),
        ("self.a = x", False),
        ("self.b = Actor.remote('a')", False),
    ],
)
def test_an_attribute_that_is_an_actor(code: str, *, is_found: bool) -> None:
    body = textwrap.indent(code, " " * 8)
    text = f"class Owner:\n    def __init__(self, x, a: ActorHandle[Actor]):\n{body}\n"
    text += "    def f(self): self.a.run.remote(1)\n"
    assert _sites(f"{_ACTOR}\n{text}")[-1] == (_RUN if is_found else None)


@pytest.mark.parametrize(
    ("code", "signature"),
    [
        ("@ray.remote\nclass A:\n    def __init__(self, n: int): ...", "A(n: int)"),
        ("@ray.remote(num_cpus=1)\nclass A: ...", "A()"),
        ("@ray.remote\nclass A(Outside):\n    def __init__(self, n: int): ...", "A(n: int)"),
        ("@ray.remote\nclass A(Outside): ...", None),
        ("@ray.remote\n@dataclass\nclass A:\n    n: int", None),
        ("@other\nclass A:\n    def __init__(self, n: int): ...", None),
        ("@ray.remote\nclass A(metaclass=M):\n    def __init__(self, n: int): ...", None),
        ("@ray.remote\nclass A:\n    def __new__(cls, n: int): ...", None),
        ("@ray.remote\nclass A:\n    @other\n    def __init__(self, n: int): ...", None),
        ("@ray.remote\nclass A:\n    class In: ...\n    def __init__(self, n: In): ...", None),
        ("@ray.remote\nclass A:\n    N = 1\n    def __init__(self, n: int = N): ...", None),
        ("@ray.remote\nclass A:\n    def __init__(self, other: 'Self'): ...", None),
        ("@ray.remote\nclass A:\n    def __init__(*args): ...", None),
        ("class B: ...\n@ray.remote\nclass A(B, ABC): ...", "A()"),
        (f"{_TWO_BASES}@ray.remote\nclass A(B, C): ...", None),
        ("@ray.remote\nclass A: ...\n@ray.remote\nclass A:\n    x = 1", None),
    ],
)
def test_a_constructor(code: str, signature: str | None) -> None:
    imports = "import ray\nfrom abc import ABC\nfrom elsewhere import Outside, dataclass, other\n"
    assert _sites(f"{imports}{code}\nA.remote(1)\n") == [signature]


_FILES = {
    "pack/__init__.py": "from .workers import Worker as Worker\n",
    "pack/workers.py": """\
import ray
from .bases import Base
@ray.remote
class Worker(Base):
    def run(self, n: "Number") -> None: ...
    def stop(self) -> None: ...
Number = int""",
    "pack/bases.py": """\
from .kinds import Kind
class Base:
    def __init__(self, kind: Kind, n: int = 0) -> None: ...
""",
    "pack/kinds.py": "Kind = str\n",
    "pack/own.py": """\
from . import workers
def f():
    workers.Worker.remote(1)  #! 1
""",
    "app.py": """\
import ray
from pack import Worker
from pack.workers import Worker as Same


@ray.remote
class Local:
    def add(self, n: int) -> None: ...
    def same(self, n: int) -> None: ...
    def more(self, n: int) -> None: ...
    def last(self, n: int) -> None: ...


def calls(n: str):
    Worker.remote("a", 1)
    Worker.remote(1)  #! 1
    Same.remote("a", m=1)  #! m=1
    worker = Worker.remote("a")
    worker.run.remote(1)
    worker.run.remote(n)
    worker.run.remote("a")  #! "a"
    worker.stop.remote(n)  #! n
    worker.stop.remote(1)  #! 1
    Worker.remote()  #! Worker.remote()


def more() -> None:
    local = Local.remote()
    local.add.remote("a")  #! "a"
    local.same.remote("a")  #! "a"
    local.more.remote("a")  #! "a"
    local.last.remote("a")  #! "a"
    Local.remote(1)  #! 1
    local.add.remote(*[1])
    @ray.remote
    class Inner:
        def add(self, n: int) -> None: ...

    Inner.remote().add.remote("a")  #! "a"
    local.last.remote("b")  #! "b\"""",
}


def test_actors_are_checked_without_their_package(tmp_path: Path) -> None:
    """Also if their classes are elsewhere, and if there is no empty line for a declaration."""
    files = {**_FILES, "pyrefly.toml": 'preset = "default"\n'}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    settings = Settings(checkers=_FAST, python=sys.executable, families=("ray",))
    report = check_project(Request((tmp_path,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    found: dict[tuple[str, int], set[str]] = {}
    for finding in report.findings:
        if finding.rule == "wrong-argument":
            name = finding.place.path.as_posix()
            line = files[name].splitlines()[finding.place.line - 1]
            assert line[finding.place.column - 1 :].startswith(line.partition("#! ")[2]), finding
            assert "_bgp" not in finding.message
            if "stop.remote(n)" in line:
                assert "worker.stop(n)" in finding.message
            found.setdefault((name, finding.place.line), set()).update(finding.reported_by)
    expected = {
        (name, number)
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if "#! " in line
    }
    assert found == {place: {*_FAST} for place in expected}
    assert {name: (tmp_path / name).read_text("utf-8") for name in files} == files
