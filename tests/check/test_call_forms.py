"""Calls that are hard to see: unbound methods, constructors in subclasses, methods passed on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.check_command import check, rules, write
from support.samples import CHECKER_SETS

if TYPE_CHECKING:
    from pathlib import Path

FAST = ("ty", "zuban")
HEAD = """\
from starlette.background import BackgroundTask, BackgroundTasks


def send(to: str, retries: int) -> None: ...


"""
FORMS = f"""{HEAD}def unbound(tasks: BackgroundTasks) -> None:
    BackgroundTasks.add_task(tasks, send, "a", 3)
    BackgroundTasks.add_task(tasks, send, "a", "three")
    BackgroundTasks.add_task(tasks, func=send, to="a", retries="three")
    add = BackgroundTasks.add_task
    add(tasks, send, "a", "three")


class Mail(BackgroundTask):
    def __init__(self, to: str) -> None:
        super().__init__(send, to, 3)
        super().__init__(send, to, "three")
        BackgroundTask.__init__(self, send, to, "three")

    @classmethod
    def to_root(cls) -> object:
        return BackgroundTask(send, "root", "three")


class Later(BackgroundTask):
    @classmethod
    def make(cls) -> "Later":
        cls(send, "root", 3)
        return cls(send, "root", "three")
"""


def _report(root: Path, *checkers: str, code: int = 1) -> dict[str, Any]:
    asked = [option for name in checkers for option in ("--checker", name)]
    done = check(root, "--no-cache", "--format", "json", *asked, checker=None)
    assert done.returncode == code, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _found(report: dict[str, Any], rule: str) -> list[int]:
    return [finding["place"]["line"] for finding in report["findings"] if finding["rule"] == rule]


ALL = ("mypy", "pyright", "basedpyright", "ty", "pyrefly", "zuban")


@pytest.mark.parametrize("checkers", CHECKER_SETS)
def test_forms_are_found_and_judged(checkers: tuple[str, ...], tmp_path: Path) -> None:
    """Every checker checks these calls, but pyrefly those whose target is passed by keyword."""
    root = write(
        tmp_path, {"forms.py": FORMS, "pyproject.toml": '[tool.pyrefly]\npreset = "default"\n'}
    )
    report = _report(root, *checkers)
    lines = FORMS.splitlines()
    calls = [n for n, line in enumerate(lines, 1) if "send," in line]
    assert [site["place"]["line"] for site in report["calls"]] == calls
    verdicts = {
        (site["place"]["line"], judgement["checker"], judgement["verdict"])
        for site in report["calls"]
        for judgement in site["judgements"]
        if judgement["verdict"] != "checked"
    }
    assert verdicts == {(10, "pyrefly", "checked-directly")}
    wrong = [n for n, line in enumerate(lines, 1) if '"three"' in line]
    # mypy rejects every call of `cls` if the class takes a ParamSpec, also right ones.
    told = [finding for finding in report["findings"] if finding["reported_by"] != ["mypy"]]
    assert _found({"findings": told}, "wrong-argument") == wrong
    assert report["skipped_calls"] == []


HANDED_ON = f"""{HEAD}from collections.abc import Callable
from functools import partial
from typing import Any

from rich.progress import Progress


def run(function: Callable[..., Any]) -> None: ...


class Sender:
    def __init__(self, tasks: BackgroundTasks, progress: Progress) -> None:
        self.add = tasks.add_task
        self.handlers = [tasks.add_task]
        self.show = progress.add_task


def call(tasks: BackgroundTasks, progress: Progress) -> Any:
    later = partial(tasks.add_task, send)
    later("a", 3)
    run(tasks.add_task)
    add = tasks.add_task
    add(send, "a", 3)
    passed = tasks.add_task
    run(passed)
    unused = tasks.add_task
    show = progress.add_task
    show("text")
    tasks.add_task.__name__
    return tasks.add_task
"""


@pytest.mark.parametrize("checker", ["mypy", "pyright", "ty", "zuban"])
def test_a_method_that_is_handed_on_is_said(checker: str, tmp_path: Path) -> None:
    """Calls through it are not seen; a method of another class is not a forwarder."""
    root = write(tmp_path, {"app.py": HANDED_ON})
    report = _report(root, checker)
    lines = HANDED_ON.splitlines()
    assert [lines[number - 1].strip() for number in _found(report, "handed-on-method")] == [
        "self.add = tasks.add_task",
        "self.handlers = [tasks.add_task]",
        "later = partial(tasks.add_task, send)",
        "run(tasks.add_task)",
        "passed = tasks.add_task",
        "return tasks.add_task",
    ]
    assert [site["callee"] for site in report["calls"]] == ["add"]
    assert [skipped["callee"] for skipped in report["skipped_calls"]] == ["show"]


def test_what_is_handed_on_counts_as_unchecked(tmp_path: Path) -> None:
    text = f'{HEAD}def call(tasks: BackgroundTasks) -> object:\n    tasks.add_task(send, "a", 3)\n'
    root = write(tmp_path, {"app.py": f"{text}    return tasks.add_task\n"})
    done = check(root)
    assert done.returncode == 1
    (found,) = rules(done)
    assert found.endswith("[handed-on-method]")
    assert "`tasks.add_task` is passed on" in done.stdout
    assert check(root, "--fail-on", "wrong").returncode == 0


UNTYPED = f"""{HEAD}from typing import Any


class Own(BackgroundTask):
    def __init__(self, func: Any, *args: Any) -> None:
        super().__init__(func, *args)


Own(send, "a", 3)
"""


def test_a_constructor_that_hands_its_arguments_on_untyped(tmp_path: Path) -> None:
    report = _report(write(tmp_path, {"app.py": UNTYPED}), "ty")
    (finding,) = [
        finding for finding in report["findings"] if finding["rule"] == "untyped-forwarder"
    ]
    assert finding["message"].startswith("Own() ")
    assert "app.py:15:1" in finding["message"]


TWO_STEPS = """\
from functools import partial
from typing import Any

from typed_bg import BackgroundTasks


def send(to: str, retries: int) -> None: ...


def run(function: Any) -> None: ...


class Own(BackgroundTasks): ...


class Holder:
    tasks: Own
    seen: set[str]


def good(tasks: BackgroundTasks, own: Own, holder: Holder, seen: set[Any]) -> None:
    tasks.add(send)("a", 3)
    own.add(send, key="x")("a", retries=3)
    step = holder.tasks.add(send, delay=1)
    step("a", 3)
    seen.add(send)
    holder.seen.add("x")
    holder.seen.add(str(holder))


def wrong(tasks: BackgroundTasks, holder: Holder) -> None:
    tasks.add(send)("a", "three")
    holder.tasks.add(send, key="x")("a")
    step = tasks.add(send)
    step("a", "three")


def forgotten(tasks: BackgroundTasks, holder: Holder) -> None:
    tasks.add(send)
    holder.tasks.add(partial(send, "a", 3))
    never = tasks.add(send)


def handed_on(tasks: BackgroundTasks) -> object:
    run(tasks.add(send))
    kept = tasks.add(send)
    return kept
"""


@pytest.mark.full
def test_the_two_step_form(tmp_path: Path) -> None:
    root = write(
        tmp_path, {"app.py": TWO_STEPS, "pyproject.toml": '[tool.pyrefly]\npreset = "default"\n'}
    )
    report = _report(root, *ALL)
    assert [(site["place"]["line"], site["target"]) for site in report["calls"]] == [
        *((line, "send") for line in (22, 23, 25, 32, 33, 35)),
    ]
    assert {
        (site["place"]["line"], judgement["checker"], judgement["verdict"])
        for site in report["calls"]
        for judgement in site["judgements"]
        if judgement["verdict"] != "checked"
    } == set()
    assert _found(report, "wrong-argument") == [32, 33, 35]
    assert _found(report, "forgotten-call") == [39, 40, 41]
    assert _found(report, "handed-on-method") == [45, 46]
    assert report["skipped_calls"] == []


def test_a_forgotten_call_always_counts(tmp_path: Path) -> None:
    text = TWO_STEPS[: TWO_STEPS.index("def good")]
    text += "def forgotten(tasks: BackgroundTasks) -> None:\n    tasks.add(send)\n"
    text += '    tasks.add(send)("a", 3)\n'
    done = check(write(tmp_path, {"app.py": text}), "--fail-on", "wrong")
    assert done.returncode == 1
    assert "error[forgotten-call]" in done.stdout
    assert "tasks.add(send)(...)" in done.stdout


def test_a_set_is_none_of_ours(tmp_path: Path) -> None:
    """Where the receiver is Any, a first step alone is nothing."""
    text = TWO_STEPS[: TWO_STEPS.index("def good")]
    text += "def other(seen: set[Any], tasks: Any, own: BackgroundTasks) -> None:\n"
    text += '    own.add(send)("a", 3)\n    seen.add(send)\n    tasks.add(send)\n'
    report = _report(write(tmp_path, {"app.py": text}), *FAST, code=0)
    assert report["findings"] == []


def test_two_classes_whose_methods_share_a_name(tmp_path: Path) -> None:
    """A declared forwarder does not hide ours, nor is it hidden."""
    text = TWO_STEPS[: TWO_STEPS.index("def good")]
    text += """\
from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")


class Queue:
    def add(self, func: Callable[P, Any]) -> Callable[P, None]: ...


def call(queue: Queue, tasks: BackgroundTasks) -> None:
    queue.add(send)("a", "three")
    tasks.add(send)("a", "three")
    queue.add(send)
"""
    root = write(
        tmp_path, {"app.py": text, "pyproject.toml": '[tool.typed_bg]\nalso = ["app.Queue.add()"]'}
    )
    report = _report(root, "ty")
    assert [site["place"]["line"] for site in report["calls"]] == [32, 33]
    assert _found(report, "wrong-argument") == [32, 33]
    assert _found(report, "forgotten-call") == [34]
    assert report["skipped_calls"] == []
