"""Calls whose verdict is easily mistaken: it is about what was passed to the target."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import corpus_outcomes
import pytest
from support.samples import CHECKER_SETS

from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Report

pytestmark = pytest.mark.xdist_group("false verdicts")
_ALL = " ".join(CHECKERS)
_HEADER = """\
import shutil
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypedDict, TypeVar, overload

from starlette.background import BackgroundTasks
from typing_extensions import TypeVarTuple, Unpack

P = ParamSpec("P")
R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class Options(TypedDict):
    n: int


class Queue:
    @overload
    def push(self, func: Callable[P, Awaitable[R]], /, *args: P.args, **kw: P.kwargs) -> R: ...
    @overload
    def push(self, func: Callable[P, R], /, *args: P.args, **kw: P.kwargs) -> R: ...
    def push(self, func: Callable[..., Any], /, *args: Any, **kw: Any) -> Any: ...


class Scheduler:
    def start(self, job: str, *args, **kwargs): ...


@overload
def pick(a: int, b: int) -> None: ...
@overload
def pick(a: str, b: str) -> None: ...
def pick(a: object, b: object) -> None: ...


def send(to: str, n: int = 0) -> int: ...
def remove(path: str) -> None: shutil.rmtree(path)
def required(to: str, n: int) -> None: ...
def many(to: str, *rows: int) -> None: ...
def named(to: str, **extra: int) -> None: ...
def hook() -> "Callable[[str], None] | None": ...
def container(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None: ...
async def run_any(func: Callable[..., object], *args: object) -> object: ...
async def run_untyped(func, *args): return func(*args)
async def run_ts(func: Callable[[Unpack[Ts]], object], *args: Unpack[Ts]) -> object: ...


def calls(
    tasks: BackgroundTasks,
    queue: Queue,
    to: str,
    rows: list[int],
    pair: tuple[str, int],
    options: Options,
    known: dict[str, int],
    unknown: dict[str, Any],
) -> None:
"""
_SPLAT = {"unchecked splat": _ALL}
_CHECKED = {"checked": _ALL}
# The calls, each with its right verdict. The comments show the error of a wrong call.
_CALLS: dict[str, dict[str, str]] = {
    # Nobody knows the keys, or how many values there are.
    "tasks.add_task(send, to, **unknown)": _SPLAT,
    "tasks.add_task(send, to, *rows)": _SPLAT,
    "tasks.add_task(many, *rows)": _SPLAT,
    # Here the checkers know them, or they all go to `*rows` and `**extra`.
    "tasks.add_task(required, *pair)": _CHECKED,
    "tasks.add_task(required, to, **options)": _CHECKED,
    "tasks.add_task(many, to, *rows)": _CHECKED,
    "tasks.add_task(named, to, **known)": _CHECKED,
    # The target's signature accepts what is wrong for the function that it calls.
    "tasks.add_task(run_any, required, to, 1)": {"unchecked trampoline": _ALL},
    "tasks.add_task(run_untyped, required, to, 1)": {"unchecked trampoline": _ALL},
    "tasks.add_task(run_ts, required, to, 1)": {
        "checked": "mypy pyright basedpyright pyrefly zuban",
        "arity-only[to, 1] checker-limit": "ty",
    },
    # The forwarder's signature accepts the containers, whatever the target is.
    "container(send, args=(to,), kwargs={})": {
        "checked-directly argument-container": "mypy pyright basedpyright ty pyrefly zuban"
    },
    # ty says only that no overload fits.
    "queue.push(send, to, n=1)": _CHECKED,
    # Each argument alone is wrong; with both replaced, pyrefly would say nothing either.
    "tasks.add_task(pick, 1, 2)": {
        "checked": "mypy pyright basedpyright ty zuban",
        "checked-directly[1, 2] checker-limit": "pyrefly",
    },
    # pyright writes `(job: str, ...)`.
    "tasks.add_task(Scheduler().start, job=to)": _CHECKED,
    "tasks.add_task(Scheduler().start, job=to, **unknown)": {
        "arity-only[**unknown] untyped-parameter": _ALL
    },
    # zuban rejects the correct call; what its reason says helps.
    "tasks.add_task(shutil.rmtree, to)": {
        "checked": "mypy pyright basedpyright ty pyrefly",
        "checked-directly checker-limit": "zuban",
    },
    "tasks.add_task(remove, to)": _CHECKED,
    # Two checkers reject the None, and say nothing about arguments.
    "tasks.add_task(hook(), to)": {
        "checked": "mypy ty pyrefly zuban",
        "unchecked target-none": "pyright basedpyright",
    },
}


@pytest.fixture(scope="module", params=CHECKER_SETS)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Run some checkers once over all calls."""
    root = tmp_path_factory.mktemp("verdicts")
    _write(root)
    settings = Settings(
        checkers=request.param,
        python=sys.executable,
        also=("app.Queue.push", "app.container(target=0, args='args', kwargs='kwargs')"),
    )
    report = check_project(Request((root,), settings)).report
    assert [run.failure for run in report.runs] == [""] * len(request.param)
    return report


@pytest.fixture(scope="module")
def found(report: Report) -> dict[str, dict[str, str]]:
    """Return what the checkers make of each call, by its source."""
    return {call.source: corpus_outcomes.outcome(call) for call in report.calls}


def _by_checker(outcome: dict[str, str]) -> dict[str, str]:
    return {name: said for said, names in outcome.items() for name in names.split()}


def _write(root: Path) -> None:
    (root / "pyrefly.toml").write_text('preset = "default"\n', encoding="utf-8")
    calls = "".join(f"    {call}\n" for call in _CALLS)
    (root / "app.py").write_text(_HEADER + calls, encoding="utf-8")


@pytest.mark.parametrize("call", _CALLS)
def test_the_verdict_is_about_what_was_passed(
    call: str, report: Report, found: dict[str, dict[str, str]]
) -> None:
    """A call is checked only if a wrong value in the place of what was passed is reported."""
    expected = _by_checker(_CALLS[call])
    assert _by_checker(found[call]) == {run.checker: expected[run.checker] for run in report.runs}


def test_a_correct_call_that_a_checker_rejects_is_no_mistake(report: Report) -> None:
    """The finding is about the checker, and names the upstream issue."""
    (finding,) = [
        each for each in report.findings if each.call and each.call.target == "shutil.rmtree"
    ]
    assert finding.rule == "checked-directly"
    assert "https://github.com/python/mypy/issues/18239" in finding.reasons[0].fact


def test_a_union_of_functions_that_all_fit_is_no_mistake(tmp_path: Path) -> None:
    """ty takes the parameters of the first one for those of all."""
    (tmp_path / "app.py").write_text(
        "from functools import partial\n"
        "from starlette.background import BackgroundTasks\n"
        "def send(to: str, *, n: int) -> None: ...\n"
        "def log(text: bytes) -> None: ...\n"
        "def handler(tasks: BackgroundTasks, to: str) -> None:\n"
        "    task = partial(send, to, n=1) if to else partial(log, text=b'')\n"
        "    tasks.add_task(task)\n"
        "    tasks.add_task(task, retry=1)\n",
        "utf-8",
    )
    settings = Settings(checkers=("ty",), python=sys.executable)
    report = check_project(Request((tmp_path,), settings)).report
    right, wrong = report.calls
    assert right.judgements[0].verdict == "checked-directly"
    assert right.judgements[0].reasons[0].fact.startswith("ty rejects `task`, which is one of")
    assert {each.call for each in report.findings if each.rule == "wrong-argument"} == {wrong}
