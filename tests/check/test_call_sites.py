"""Call sites are found in every guise, with what the source tells about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from typed_bg._source.module import Module, parse
from typed_bg.check.calls.call_sites import CallSite, find_sites, may_hold_sites
from typed_bg.check.calls.declared import declared
from typed_bg.check.calls.forwarders import ADD, ADD_TASK, BACKGROUND_TASK, Forwarder
from typed_bg.check.calls.wrappers import forwarder_definitions

HERE = Path("module.py")


def module(text: str) -> Module:
    parsed = parse(HERE, text.encode())
    assert isinstance(parsed, Module)
    return parsed


def sites(text: str, *also: str, module_name: str | None = None) -> tuple[CallSite, ...]:
    forwarders = (*map(declared, also), ADD_TASK, BACKGROUND_TASK)
    return find_sites(module(text), forwarders, module_name=module_name)


def site(text: str, *also: str) -> CallSite:
    (found,) = sites(text, *also)
    return found


def written(found: CallSite) -> tuple[str, str | None, list[str]]:
    """Return receiver, target and arguments as they are written."""
    return (
        found.module.slice(found.receiver_span),
        None if found.target is None else found.module.slice(found.target.span),
        [found.module.slice(argument.span) for argument in found.arguments],
    )


@pytest.mark.parametrize(
    "text",
    [
        "from starlette.background import BackgroundTask\nBackgroundTask(f, 1)",
        "from starlette.background import BackgroundTask as BT\nBT(f, 1)",
        "from app.compat import BackgroundTask as Task\nTask(f, 1)",
        "from .compat import BackgroundTask\nBackgroundTask(f, 1)",
        "import starlette.background\nstarlette.background.BackgroundTask(f, 1)",
        "import starlette.background as sb\nsb.BackgroundTask(f, 1)",
        "from starlette.background import *\nBackgroundTask(f, 1)",
        "from starlette.background import BackgroundTask\nclass A(BackgroundTask): ...\nA(f, 1)",
        "import starlette as s\nclass A(s.BackgroundTask): ...\nclass B(A): ...\nB(f, 1)",
        "class B(A): ...\nclass A(BackgroundTask): ...\nB(f, 1)",
    ],
)
def test_background_task_is_found_by_any_name(text: str) -> None:
    found = site(text)
    assert found.forwarder == BACKGROUND_TASK
    assert found.receiver_kind == "class"
    assert written(found)[1:] == ("f", ["1"])


@pytest.mark.parametrize(
    ("text", "receiver"),
    [
        ("tasks.add_task(f, 1)", "tasks"),
        ("self.state.tasks.add_task(f, 1)", "self.state.tasks"),
        ("get()[0].add_task(f, 1)", "get()[0]"),
        ("(await get()).add_task(f, 1)", "await get()"),
        ("(a or b).add_task(f, 1)", "a or b"),
    ],
)
def test_add_task_is_found_on_any_receiver(text: str, receiver: str) -> None:
    found = site(text)
    assert found.forwarder == ADD_TASK
    assert written(found) == (receiver, "f", ["1"])


def test_bound_method_under_another_name() -> None:
    found = site("def h(tasks):\n    add = tasks.add_task\n    add(f, 1)\ndef g():\n    add(f, 2)")
    assert (found.line, found.receiver_kind, found.alias_of) == (
        3,
        "bound method",
        "tasks.add_task",
    )


@pytest.mark.parametrize(
    "text",
    [
        "tasks.add_tasks(f)",
        "add_task(f)",
        "BackgroundTasks(f)",
        "TaskGroup(f)",
    ],
)
def test_what_only_resembles_a_call_site_is_none(text: str) -> None:
    assert sites(text) == ()


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("x = tasks.add_task", ["handed on"]),
        ("self.x = tasks.add_task", ["handed on"]),
        ("x, y = tasks.add_task, 1", ["handed on"]),
        ("run(tasks.add_task)", ["handed on"]),
        ("partial(tasks.add_task, f)", ["handed on"]),
        ("[tasks.add_task]", ["handed on"]),
        ("x: Any = tasks.add_task", ["handed on"]),
        ("def h():\n    x = tasks.add_task", []),
        ("def h():\n    x = tasks.add_task\n    x(f)", ["call"]),
        ("def h():\n    x = tasks.add_task\n    return x", ["handed on"]),
        ("def h():\n    x = tasks.add_task\n    x(f)\n    return x", ["handed on", "call"]),
        ("def h():\n    x = tasks.add_task\n    def g(): x(f)", ["call"]),
        ("tasks.add_task.assert_called()", []),
        ("tasks.add_task = 1", []),
        ("del tasks.add_task", []),
        ("match x:\n    case tasks.add_task: pass", []),
        ("match x:\n    case {tasks.add_task: 1}: pass", []),
        ("match x:\n    case tasks.add_task(): pass", []),
        ("tasks.add_task", []),
    ],
)
def test_what_becomes_of_a_method(text: str, shapes: list[str]) -> None:
    assert [site.shape for site in sites(text)] == shapes


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("tasks.add(f)", ["forgotten"]),
        ("tasks.add(f)(1)", ["call"]),
        ("self.tasks.add(f, key='k')\n(1)", ["forgotten"]),
        ("run(tasks.add(f))", ["handed on"]),
        ("x = tasks.add(f)", ["handed on"]),
        ("def h():\n    x = tasks.add(f)", ["forgotten"]),
        ("def h():\n    x = tasks.add(f)\n    x(1)\n    x(2)", ["call", "call"]),
        ("def h():\n    x = tasks.add(f)\n    x = tasks.add(g)\n    x(1)", ["handed on"] * 2),
        ("def h():\n    x = tasks.add(f)\n    return x", ["handed on"]),
        ("seen.add(x)", []),
        ("import typed_bg\nseen.add(x)", ["forgotten"]),
        ("from typed_bg import BackgroundTasks\nseen.add(x.y)", ["forgotten"]),
        ("import typed_bg\nseen.add('x')\nseen.add((x, y))\nseen.add(x + y)", []),
        ("map(tasks.add, fs)", []),
    ],
)
def test_what_becomes_of_a_first_step(text: str, shapes: list[str]) -> None:
    """A call on a literal, or in a module without background tasks, is not one."""
    found = find_sites(module(text), (ADD,))
    assert [call.shape for call in found] == shapes
    assert all(call.target and call.target.form in {"name", "attribute"} for call in found)


def test_two_steps_in_files_that_are_worth_parsing() -> None:
    assert may_hold_sites(b"x.add(f)(1)", (ADD,))
    assert may_hold_sites(b"x.add(f)\\\n(1)", (ADD,)) is False
    assert may_hold_sites(b"import typed_bg\nx.add(f)", (ADD,))
    assert may_hold_sites(b"self._bg_tasks.add(f)", (ADD,))
    assert not may_hold_sites(b"seen.add(x)\nadd(x)\nprint(y)", (ADD,))


def test_arguments_of_every_kind() -> None:
    found = site("t.add_task(f, 1, *xs, b=2, *ys, **kw)")
    assert [(argument.kind, argument.name) for argument in found.arguments] == [
        ("positional", None),
        ("splat", None),
        ("keyword", "b"),
        ("splat", None),
        ("keyword splat", None),
    ]
    assert written(found)[2] == ["1", "xs", "2", "ys", "kw"]


@pytest.mark.parametrize(
    ("text", "target", "arguments"),
    [
        ("t.add_task(func=f, a=1)", "f", ["1"]),
        ("t.add_task(a=1, func=f)", "f", ["1"]),
        ("t.add_task(*job)", None, []),
        ("t.add_task(*job, f)", None, []),
        ("t.add_task()", None, []),
        ("t.add_task(lambda: g(1))", "lambda: g(1)", []),
    ],
)
def test_target(text: str, target: str | None, arguments: list[str]) -> None:
    assert written(site(text))[1:] == (target, arguments)


@pytest.mark.parametrize(
    ("also", "text", "expected"),
    [
        ("asyncio.to_thread", "import asyncio\nasyncio.to_thread(f, 1)", ("f", ["1"])),
        ("asyncio.to_thread", "from asyncio import to_thread as t\nt(f, 1)", ("f", ["1"])),
        (
            "anyio.to_thread.run_sync",
            "from anyio import to_thread\nto_thread.run_sync(f, 1)",
            ("f", ["1"]),
        ),
        (
            "asyncio.AbstractEventLoop.run_in_executor",
            "loop.run_in_executor(None, f, 1)",
            ("f", ["1"]),
        ),
        ("concurrent.futures.Executor.submit", "pool.submit(f, 1)", ("f", ["1"])),
        ("docket.Docket.add", "docket.add(f, key='k')(1, b=2)", ("f", ["1", "2"])),
        ("taskiq.AsyncTaskiqDecoratedTask.kiq", "f.kiq(1)", ("f", ["1"])),
        ("app.jobs.later:1", "from app.jobs import later\nlater(0, f, 1)", ("f", ["1"])),
        ("app.jobs.later", "from ..jobs import later\nlater(f, 1)", ("f", ["1"])),
        ("app.jobs.Queue.push()", "queue.push(f)(1)", ("f", ["1"])),
    ],
)
def test_declared_forwarders(also: str, text: str, expected: tuple[str, list[str]]) -> None:
    assert written(site(text, also))[1:] == expected


def test_a_forwarder_is_found_in_the_module_that_defines_it() -> None:
    text = "def later(f, *args): ...\nlater(g, 1)"
    assert len(sites(text, "app.jobs.later", module_name="app.jobs")) == 1
    assert sites(text, "app.jobs.later", module_name="app.other") == ()
    assert site("docket.add(f, 1)", "docket.Docket.add").shape == "forgotten"


def test_declaration_without_a_module_is_refused() -> None:
    with pytest.raises(ValueError, match=r"is not a forwarder.*asyncio\.to_thread"):
        declared("later")
    assert declared("a.b:2") == Forwarder("a.b", "function", 2)
    assert declared("a.B.c:receiver").target is None


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("t.add_task(f)", "statement"),
        ("await t.add_task(f)", "await"),
        ("x = t.add_task(f)", "assignment"),
        ("x: int = t.add_task(f)", "assignment"),
        ("def g():\n    return t.add_task(f)", "return"),
        ("Response(background=t.add_task(f))", "argument"),
        ("g(t.add_task(f))", "argument"),
        ("if t.add_task(f): pass", "condition"),
        ("a and t.add_task(f)", "condition"),
        ("g = lambda: t.add_task(f)", "lambda"),
        ("[t.add_task(f) for f in fs]", "comprehension"),
        ("@t.add_task(f)\ndef g(): ...", "decorator"),
        ("def g(x=t.add_task(f)): ...", "default"),
        ("f'{t.add_task(f)}'", "f-string"),
        ("match t.add_task(f):\n    case _: pass", "match"),
        ("(y := t.add_task(f))", "walrus"),
        ("with t.add_task(f): pass", "with"),
        ("assert t.add_task(f)", "assert"),
        ("for x in t.add_task(f): pass", "iteration"),
        ("class A(t.add_task(f)): pass", "class header"),
        ("x: t.add_task(f) = 1", "annotation"),
        ("def g() -> t.add_task(f): ...", "annotation"),
    ],
)
def test_use_of_the_value(text: str, use: str) -> None:
    assert site(text).context.use == use


def test_functions_around() -> None:
    found = site(
        "class A:\n"
        "    @no_type_check\n"
        "    def m(self, x: int):\n"
        "        async def inner(y):\n"
        "            t.add_task(f)\n"
    )
    outer, inner = found.context.functions
    assert (outer.name, outer.annotated, outer.no_type_check) == ("A.m", True, True)
    assert (inner.name, inner.annotated, inner.no_type_check) == ("A.m.inner", False, True)
    assert outer.decorators == ("no_type_check",)


@pytest.mark.parametrize(
    ("text", "eager"),
    [
        ("t.add_task(f)", True),
        ("class A:\n    t.add_task(f)", True),
        ("def g(x=t.add_task(f)): ...", True),
        ("def g(): t.add_task(f)", False),
        ("lambda: t.add_task(f)", False),
    ],
)
def test_eager(text: str, eager: bool) -> None:  # noqa: FBT001  # what is expected
    assert site(text).context.eager is eager


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if TYPE_CHECKING:\n    t.add_task(f)", [("TYPE_CHECKING", "TYPE_CHECKING")]),
        (
            "if not typing.TYPE_CHECKING:\n    t.add_task(f)",
            [("TYPE_CHECKING", "not typing.TYPE_CHECKING")],
        ),
        (
            "if sys.platform == 'win32':\n    t.add_task(f)",
            [("platform", "sys.platform == 'win32'")],
        ),
        (
            "if sys.version_info < (3, 9):\n    pass\nelse:\n    t.add_task(f)",
            [("version", "not (sys.version_info < (3, 9))")],
        ),
        (
            "try:\n    import x\nexcept ImportError:\n    t.add_task(f)",
            [("import failed", "except ImportError")],
        ),
        ("if 0:\n    if a: t.add_task(f)", [("constant", "0")]),
        ("if enabled: t.add_task(f)", []),
    ],
)
def test_guards(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(guard.kind, guard.text) for guard in site(text).context.guards] == expected


def test_ignore_comments_that_touch_a_call() -> None:
    found = site(
        "# mypy: ignore-errors\n"
        "# pyright: basic\n"
        "import x  # type: ignore\n"
        "# pyrefly: ignore\n"
        "t.add_task(f,  # type: ignore[arg-type, call-arg]\n"
        "    '# type: ignore',\n"
        ")  # pyright: ignore[reportCallIssue]  # ty: ignore\n"
        "y = 1  # type: ignore\n"
    )
    assert [
        (comment.line, comment.tool, comment.rules, comment.scope, comment.own_line)
        for comment in found.comments
    ] == [
        (1, "mypy", (), "file", True),
        (2, "pyright", (), "file", True),
        (4, "pyrefly", (), "line", True),
        (5, "type", ("arg-type", "call-arg"), "line", False),
        (7, "pyright", ("reportCallIssue",), "line", False),
        (7, "ty", (), "line", False),
    ]


def test_type_ignore_at_the_top_is_for_the_file() -> None:
    assert [comment.scope for comment in site("# type: ignore\n\nt.add_task(f)").comments] == [
        "file"
    ]
    assert [comment.scope for comment in site("x = 1\n# type: ignore\nt.add_task(f)").comments] == [
        "line"
    ]


def test_definition_of_the_target() -> None:
    found = sites(
        "import other\n"
        "from jobs import job\n"
        "async def send(a: int, b, *args: str, **kw): ...\n"
        "def gen(): yield\n"
        "def gen(): yield 1\n"
        "class A:\n"
        "    @deco\n"
        "    def m(self, x): ...\n"
        "    def h(self, given: Callable[..., None]):\n"
        "        t.add_task(send)\n"
        "        t.add_task(gen)\n"
        "        t.add_task(self.m)\n"
        "        t.add_task(given)\n"
        "        t.add_task(job)\n"
        "        t.add_task(lambda: send(1, 2))\n"
        "        t.add_task(send(1, 2))\n"
        "        t.add_task(missing)\n"
        "        t.add_task(None)\n"
    )
    targets = [call.target for call in found]
    kinds = [
        target and target.definition and (target.form, target.definition.kind) for target in targets
    ]
    assert kinds == [
        ("name", "async function"),
        ("name", "generator function"),
        ("attribute", "function"),
        ("name", "parameter"),
        ("name", "import"),
        ("lambda", "async function"),
        ("call", "async function"),
        None,
        None,
    ]
    send, gen, method, given = [
        target.definition for target in targets[:4] if target and target.definition
    ]
    assert (send.unannotated, send.var_kwargs) == (("b", "kw"), "")
    assert (gen.line, gen.bindings) == (5, 2)
    assert (method.decorators, method.unannotated) == (("deco",), ("x",))
    assert given.text == "Callable[..., None]"
    assert targets[-1] is not None
    assert targets[-1].form == "none"


def test_trampolines_and_forwarder_definitions() -> None:
    found = sites(
        "from starlette.concurrency import run_in_threadpool\n"
        "t.add_task(run_in_threadpool, f, 1)\n"
        "t.add_task(loop.run_in_executor, None, f)\n"
        "def later(func: Callable[..., Any], *args: Any): t.add_task(func, *args)\n"
        "class A:\n"
        "    def later(self, x: int, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs):\n"
        "        t.add_task(func, *args, **kwargs)\n"
        "def other(func, *args): t.add_task(f, *args)\n"
        "def plain(func): t.add_task(func, 1)\n"
    )
    trampolines = [call.target and call.target.trampoline for call in found]
    assert [trampoline and trampoline.last_name for trampoline in trampolines] == [
        "run_in_threadpool",
        "run_in_executor",
        *[None] * 4,
    ]
    later, method = forwarder_definitions(found, "app.jobs")
    assert later.forwarder == Forwarder("app.jobs.later", "function", 0, "func")
    assert (later.typed, later.annotations) == (False, ("func: Callable[..., Any]", "*args: Any"))
    assert method.forwarder == Forwarder("app.jobs.A.later", "method", 1, "func")
    assert method.typed
    (caller,) = find_sites(module("from app.jobs import later\nlater(g, 1)"), (later.forwarder,))
    assert written(caller)[1:] == ("g", ["1"])


def test_comment_on_another_line_of_the_statement_is_not_about_the_call() -> None:
    text = """\
from starlette.background import BackgroundTask

response = Response(
    headers=headers,  # type: ignore
    background=BackgroundTask(f, 1),  # type: ignore[call-arg]
)
"""
    module = parse(Path("a.py"), text.encode())
    assert isinstance(module, Module)
    (site,) = find_sites(module)
    assert [comment.line for comment in site.comments] == [5]
