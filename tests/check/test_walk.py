"""What is looked at only in part must give what looking at all of it gives."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

import typed_bg._source.walk
from typed_bg._source.module import Module, Sources, Unreadable, parse
from typed_bg._source.walk import lines_with, statements, statements_by_depth, walk
from typed_bg.check.calls.call_sites import collect, find_sites
from typed_bg.check.calls.class_bases import original_name
from typed_bg.check.calls.families import KNOWN
from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.calls.matcher import matcher
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.calls.symbols import names_of
from typed_bg.check.calls.type_origins import _origin_of_attribute, owner_of
from typed_bg.check.probes.probe import probe
from typed_bg.check.request_objects import _dotted_classes
from typed_bg.fix.edits import functions

if TYPE_CHECKING:
    from collections.abc import Callable

    from typed_bg._source.scopes import Link
    from typed_bg.check.calls.call_sites import CallSite

FORWARDERS = (*BACKGROUND, *KNOWN)
# Calls whose name differs from the name of the called function.
FORMS = {
    "alias of an import": "from starlette.background import BackgroundTask as BT\n\nBT(f, 1)\n",
    "alias of a method": "def g(tasks):\n    later = tasks.add_task\n    x = 1\n    later(f, x)\n",
    "step": "def g(tasks):\n    step = tasks.add(\n        f\n    )\n    x = 1\n    step(x)\n",
    "subclass": "class A(BackgroundTask): ...\nclass B(A): ...\n\nx = 1\nB(f, x)\n",
    "class method": (
        "class A(BackgroundTask):\n    @classmethod\n    def make(it, f):\n        x = 1\n"
        "        return it(f, x)\n"
    ),
    "constructor": (
        "class A(BackgroundTask):\n    def __init__(self, f):\n        x = 1\n"
        "        super().__init__(f, x)\n"
    ),
    "constructor of an alias": (
        "from a import A as Base\n\nclass A(BackgroundTask): ...\nclass C(Base):\n"
        "    def __init__(self, f):\n        Base.__init__(self, f)\n"
    ),
    "function under another name": "from asyncio import to_thread as later\n\nlater(f, 1)\n",
    "letters that stand for others": "def g(tasks):\n    tasks.add_t\uff41sk(f, 1)\n\n# add_task\n",
    "decorator": "@tasks.add_task\n@other\ndef f() -> None:\n    pass\n",
    "handler, case": (
        "try:\n    pass\nexcept tasks.add_task(f, 1):\n    match x:\n"
        "        case 1 if tasks.add_task(f, 2):\n            tasks.add_task(f, 3)\n"
        "else:\n    lambda: tasks.add_task(f, 4)\nfinally:\n    tasks.add_task(f, 5)\n"
    ),
    "newlines": "x = 1\r\ny = 2\rtasks.add_task(f)\n\x0ctasks.add_task(\\\n  f)\n",
}


def module(text: str) -> Module:
    parsed = parse(Path("app.py"), text.encode())
    assert not isinstance(parsed, Unreadable)
    return parsed


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_calls_are_those_that_are_found_everywhere(text: str) -> None:
    it = module(text)
    everywhere = collect(it, names_of(it.tree, FORWARDERS, None), matcher(FORWARDERS))
    assert everywhere
    found = find_sites(it, FORWARDERS)
    assert [ast.dump(site.call, include_attributes=True) for site in found] == [
        ast.dump(site.call, include_attributes=True) for site in everywhere
    ]


def test_a_statement_on_no_such_line_is_passed_over() -> None:
    it = module("x = a.b(\n    c,\n    d)\ny = a.d()\n")
    lines = lines_with(it, ["d"])
    assert lines == [3, 4]
    assert {link.node.id for link in walk(it.tree, lines) if isinstance(link.node, ast.Name)} == {
        *("a", "c", "d", "x", "y")
    }
    assert {link.node.id for link in walk(it.tree, [4]) if isinstance(link.node, ast.Name)} == {
        *("a", "y")
    }


@pytest.mark.parametrize("path", sorted(Path(ast.__file__).parent.glob("[a-d]*.py")), ids=str)
def test_statements_are_those_of_a_full_walk(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    kinds = (ast.Module, ast.stmt, ast.ExceptHandler, ast.match_case)
    full = [link for link in walk(tree) if isinstance(link.node, kinds)]
    assert [way(statement) for statement in statements(tree)] == [way(node) for node in full]
    by_depth = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    assert list(statements_by_depth(tree)) == by_depth


def way(link: Link | None) -> list[tuple[ast.AST, str]]:
    return [] if link is None else [(link.node, link.field), *way(link.parent)]


def test_a_file_is_read_and_parsed_once(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text("x = 1\n")
    sources = Sources()
    first = sources.module(path)
    path.unlink()
    assert not isinstance(first, Unreadable)
    assert sources.module(path) is first
    assert sources.raw(path) == b"x = 1\n"
    missing = sources.module(path.with_name("other.py"))
    assert isinstance(missing, Unreadable)
    assert sources.raw(path.with_name("other.py")) is missing


def count_visits(monkeypatch: pytest.MonkeyPatch) -> list[ast.AST]:
    """Return what grows by each node that a walk, or `ast.unparse`, visits from now on."""
    visited: list[ast.AST] = []
    for owner, name in (
        (ast, "iter_child_nodes"),
        (ast.NodeVisitor, "visit"),
        (typed_bg._source.walk, "_blocks"),
    ):
        monkeypatch.setattr(owner, name, _counted(getattr(owner, name), visited))
    return visited


def _counted(real: Callable[..., object], visited: list[ast.AST]) -> Callable[..., object]:
    def visit(*args: Any) -> object:
        visited.append(args[-1])
        return real(*args)

    return visit


CALLS_IN_ONE_FUNCTION = {
    "names": "    tasks.add_task(send, a, b=b)\n",
    "unpacked": "    options{0} = {{'a': 1}}\n    tasks.add_task(send, **options{0})\n",
    "a target with a large value": "    tasks.add_task(table, a)\n",
}


@pytest.mark.parametrize("call", CALLS_IN_ONE_FUNCTION.values(), ids=CALLS_IN_ONE_FUNCTION.keys())
def test_the_work_grows_with_the_calls_of_a_function_and_not_with_their_square(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited = count_visits(monkeypatch)

    def work(count: int) -> int:
        calls = "".join(call.format(number) for number in range(count))
        table = f"table = [{'0, ' * count}]\n"
        text = f"{table}\n\ndef later(tasks, a, b):\n{calls}"
        module = parse(Path("module.py"), text.encode())
        assert isinstance(module, Module)
        before = len(visited)
        sites = find_sites(module)
        assert len(sites) == count
        probe(module, sites)
        return len(visited) - before

    assert work(80) < work(20) * 5


LOOKED_UP: dict[str, Callable[[CallSite], object]] = {
    "an imported name": lambda site: original_name(site.module.tree, "other"),
    "a definition": lambda site: definition_in_project(
        site.module.path, site.module.tree, ast.Name("send", ast.Load())
    ),
    "functions": lambda site: functions(site.module.tree),
    "the class of a variable": lambda site: _dotted_classes(site, ast.Name("made", ast.Load())),
    "the value of an attribute": lambda site: _origin_of_attribute(
        ast.Attribute(ast.Name("self"), "kept"), cast("ast.ClassDef", owner_of(site))
    ),
}


@pytest.mark.parametrize("look_up", LOOKED_UP.values(), ids=LOOKED_UP.keys())
def test_what_each_call_needs_of_its_module_is_searched_for_once(
    look_up: Callable[[CallSite], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"        x{number} = number({number})\n" for number in range(200))
    text = f"""\
from mail import deliver as post
def send(a): ...
class Sender:
    def later(self, tasks):
        made = mail.Session()
        self.kept = made
        tasks.add_task(send, made)
{lines}"""
    module = parse(Path("module.py"), text.encode())
    assert isinstance(module, Module)
    (site,) = find_sites(module)
    found = look_up(site)
    assert found
    visited = count_visits(monkeypatch)
    assert look_up(site) == found
    assert len(visited) < 100
