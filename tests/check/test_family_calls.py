"""Calls of a family are found by type or source, and arguments in containers are checked."""

from __future__ import annotations

import json
import os
import sys
import venv
from typing import TYPE_CHECKING

import pytest

from typed_bg.check.calls.declared import declared
from typed_bg.check.calls.forwarders import Slot
from typed_bg.check.project.settings import Settings
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.reports.json_report import json_report
from typed_bg.check.reports.text import text
from typed_bg.check.run import Request, check_project

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Report

pytestmark = pytest.mark.xdist_group("family calls")
_FAST = ("ty", "pyrefly", "zuban")
_CONFIG = 'preset = "default"\n'


def _check(root: Path, source: str, *, also: tuple[str, ...] = (), **files: str) -> Report:
    (root / "calls.py").write_text(source, "utf-8")
    (root / "pyrefly.toml").write_text(_CONFIG, "utf-8")
    for name, content in files.items():
        (root / f"{name}.py").write_text(content, "utf-8")
    settings = Settings(
        checkers=_FAST, python=sys.executable, families=("background", "threads"), also=also
    )
    report = check_project(Request((root,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    return report


_THREADS = """\
import functools
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import psutil

ROWS = ("a", "x")
OPTIONS = {"to": "a", "retries": "x"}


def send(to: str, n: int = 0, *, retries: int = 3) -> None: ...
def run() -> None: ...
def make() -> Callable[[str], None]: return send


class Own(ThreadPoolExecutor):
    def submit(self, fn: Any, *args: Any, priority: int = 0, **kwargs: Any) -> Any: ...


class Form:
    def submit(self, row: object, number: int) -> None: ...


class Worker(threading.Thread):
    def __init__(self, queue: str) -> None:
        super().__init__(target=send, args=(queue, "x"))  #! "x"


def calls(own: Own, form: Form, rows: list[str], options: dict[str, Any], unknown: Any) -> None:
    threading.Thread(target=send, args=ROWS)  #! ROWS
    threading.Thread(target=send, kwargs=OPTIONS)  #! OPTIONS
    threading.Thread(target=send, args=("a", *["x"]))  #! "x"
    threading.Thread(target=make, kwargs={})
    made = make()
    threading.Thread(target=made, kwargs={"to": "a"})
    threading.Thread(target=run, name="a", daemon=True)
    threading.Thread(name="a")
    threading.Thread(target=None)
    threading.Thread(target=lambda: send("a"))
    thread = threading.Thread(target=send, args=(1,))  #! 1
    Worker("a")
    own.submit(send, "a", priority=1)
    form.submit(send, 1)
    unknown.submit(send, 1)
    psutil.Process(1)
    subprocess.run(send, 1)
    threading.Thread(target=send, args=rows)  # unprobeable-arguments
    threading.Thread(target=send, args=("a",), kwargs=options)  # unprobeable-arguments
    threading.Thread(**options)  # unprobeable-arguments
    threading.Thread(target=make(), args=("a",))  # unprobeable-target
    threading.Thread(target=lambda to: send(to), args=(1,))
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Check the calls once."""
    return _check(tmp_path_factory.mktemp("threads"), _THREADS)


def _marked(mark: str) -> set[tuple[int, str]]:
    return {
        (number, line.partition(mark)[2])
        for number, line in enumerate(_THREADS.splitlines(), 1)
        if mark in line
    }


def test_wrong_arguments_in_containers_are_found_at_their_place(report: Report) -> None:
    found = {
        (finding.place.line, finding.source[finding.place.column - 1 :])
        for finding in report.findings
        if finding.rule == "wrong-argument"
    }
    expected = _marked("#! ")
    assert {line for line, _ in found} == {line for line, _ in expected}
    assert all(
        any(at == line and rest.startswith(text) for at, rest in found) for line, text in expected
    )


def test_what_is_not_known_is_unprobeable_and_nothing_is_reported(report: Report) -> None:
    reasons = {
        (finding.place.line, reason.code)
        for finding in report.findings
        if finding.rule == "unprobeable-call"
        for reason in finding.reasons
    }
    assert reasons == _marked("# ") - {each for each in _marked("# ") if "!" in each[1]}


def test_what_only_shares_a_name_is_no_call(report: Report) -> None:
    skipped = {(each.callee, each.why) for each in report.skipped_calls}
    assert skipped == {
        ("form.submit", "another-class"),
        ("unknown.submit", "unknown-receiver"),
    }
    shown = text(report)
    assert "1 of other families" in shown
    assert "`unknown.submit`" not in shown
    callees = {site.callee for site in report.calls}
    assert callees == {"threading.Thread", "super().__init__", "own.submit"}


def test_the_fixes_make_the_arguments_checked(tmp_path: Path) -> None:
    report = _check(
        tmp_path,
        _THREADS.partition("class Own")[0]
        + """\
def fixed() -> None:
    made = make()
    threading.Thread(target=send, args=("a", "b"), kwargs={"retries": 1})
    threading.Thread(target=made, args=(1,))
    threading.Thread(target=lambda: send(1))
""",
    )
    assert [site.source.partition(",")[0] for site in report.calls] == [
        "threading.Thread(target=send",
        "threading.Thread(target=made",
    ]
    verdicts = {judgement.verdict for site in report.calls for judgement in site.judgements}
    assert verdicts == {"checked-directly"}
    fixes = {reason.fix for finding in report.findings for reason in finding.reasons}
    assert 'write `Thread(target=lambda: send("a", "b", retries=1))`' in fixes


_TASKS = """\
from celery import Celery, shared_task

app = Celery("mail")


@app.task(bind=True)
def send(self, to: str, n: int = 0) -> None: ...


@shared_task(base=object)
def other(to: str) -> None: ...


def plain(to: str) -> None: ...
"""
_SENT = """\
from tasks import other, plain, send
from elsewhere import unknown
send.delay("a")
send.delay(1)
send.apply_async(("a",), {"m": 1}, countdown=1)
send.s(1).apply_async()
chain = send.s(1) | send.s()
other.delay(1)
plain.delay(1)
unknown.delay(1)
"""


def test_a_task_is_known_by_its_decorator_if_its_package_is_not_installed(tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=os.name != "nt")
    root = tmp_path / "project"
    root.mkdir()
    (root / "calls.py").write_text(_SENT, "utf-8")
    (root / "tasks.py").write_text(_TASKS, "utf-8")
    (root / "pyrefly.toml").write_text(_CONFIG, "utf-8")
    settings = Settings(checkers=_FAST, python=str(environment), families=("celery",))
    report = check_project(Request((root,), settings)).report
    wrong = {
        f.place.line: set(f.reported_by) for f in report.findings if f.rule == "wrong-argument"
    }
    assert wrong == {line: {*_FAST} for line in (4, 5, 6)}
    skipped = {each.place.line: each.why for each in report.skipped_calls}
    assert skipped == {8: "unknown-receiver", 9: "another-class", 10: "unknown-receiver"}


_NAMED = """\
from typing import Any
from celery import Celery
from rq import Queue
from tasks import app
def calls(queue: Queue, celery: Celery, name: str) -> None:
    app.send_task("tasks.send", ("a",), {"n": 1})
    app.send_task("tasks.send", args=[1])
    app.send_task("tasks.send", kwargs={"m": 1}, countdown=1)
    celery.send_task(name="tasks.send")
    queue.enqueue("tasks.plain", "a", job_timeout=1)
    queue.enqueue("tasks.plain", 1)
    queue.enqueue("tasks.plain", args=(1,))
    app.send_task("tasks.plain", args=[1])  # not a task
    app.send_task("tasks.named", args=[1])  # has another name
    app.send_task("mail", args=[1])
    app.send_task("post", args=[1])  # cannot be found
    app.send_task("twice", args=[1])  # two tasks have the name
    app.send_task(name, args=[1])  # not written here
    queue.enqueue("gone.plain", 1)  # no such module
"""


def test_a_function_is_found_by_its_name(tmp_path: Path) -> None:
    pytest.importorskip("rq")
    (tmp_path / "calls.py").write_text(_NAMED, "utf-8")
    named = '\n\n@app.task(name="mail")\ndef named(to: str) -> None: ...\n'
    named += '\n\n@app.task(name="twice")\ndef one(to: str) -> None: ...\n'
    named += '\n\n@app.task(name="twice")\ndef two(to: str) -> None: ...\n\n'
    (tmp_path / "tasks.py").write_text(_TASKS + named, "utf-8")
    (tmp_path / "pyrefly.toml").write_text(_CONFIG, "utf-8")
    settings = Settings(checkers=_FAST, python=sys.executable, families=("celery", "rq"))
    report = check_project(Request((tmp_path,), settings)).report
    wrong = {
        f.place.line: set(f.reported_by) for f in report.findings if f.rule == "wrong-argument"
    }
    assert wrong == {line: {*_FAST} for line in (7, 8, 9, 11, 12, 15)}
    verdicts = {
        site.place.line: {judgement.verdict for judgement in site.judgements}
        for site in report.calls
    }
    assert verdicts == {
        **{line: {"checked-directly"} for line in (*range(6, 13), 15)},
        **{line: {"unprobeable"} for line in (13, 14, *range(16, 20))},
    }
    assert not report.skipped_calls


_QUEUE = """\
from typing import Any
def send(to: str, n: int = 0) -> None: ...
def push(job: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> None: ...
class Task:
    def apply(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None: ...
"""


def test_a_declared_container_is_checked_directly(tmp_path: Path) -> None:
    calls = """\
from jobs import push, send
push(send, ("a",), {"n": 1})
push(send, ("a",), {"n": "x"})
push(send, args=(1,))
push(send)
"""
    also = ("jobs.push(target=0, args=(1, 'args'), kwargs=(2, 'kwargs'))",)
    report = _check(tmp_path, calls, also=also, jobs=_QUEUE)
    verdicts = {judgement.verdict for site in report.calls for judgement in site.judgements}
    assert verdicts == {"checked-directly"}
    wrong = {f.place.line for f in report.findings if f.rule == "wrong-argument"}
    assert wrong == {3, 4, 5}


@pytest.mark.parametrize(
    ("also", "hint"),
    [
        ("jobs.push", "jobs.push(target=0, args='args', kwargs='kwargs')"),
        ("jobs.Task.apply:receiver", "jobs.Task.apply(target='receiver', args="),
        ("jobs.push(target=0)", "does not define where"),
        ("jobs.push(args=1.5)", "neither a position"),
        ("jobs.push(1", "is not a forwarder"),
    ],
)
def test_a_container_must_be_described(also: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        _check(tmp_path, "from jobs import push", also=(also,), jobs=_QUEUE)
    assert hint in str(raised.value)


def test_what_a_declaration_says() -> None:
    found = declared("app.Queue.push(target='receiver', args=0, kwargs='options')")
    assert (found.form, found.target, found.args, found.kwargs) == (
        "method",
        None,
        Slot(0, None),
        Slot(None, "options"),
    )
    assert declared("app.q.push(target='job', args='args')").keyword == "job"
    # A container of the table is never taken for a plain forwarder.
    assert declared("threading.Thread").has_containers
    assert declared("multiprocessing.Process:1").has_containers


def test_other_families_are_counted(tmp_path: Path) -> None:
    source = """\
import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from starlette.background import BackgroundTask
def send(to: str) -> None: ...
async def calls(form, pool: ThreadPoolExecutor) -> None:
    BackgroundTask(send, "a")
    await asyncio.to_thread(send, "a")
    await asyncio.to_thread(send, "b")
    Thread(target=send)
    Thread()
    pool.submit(send, "a")
    form.submit(send, "a")
"""
    (tmp_path / "calls.py").write_text(source, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.typed_bg]\nfamilies = ["background"]\n')
    report = check_project(Request((tmp_path,), Settings(checkers=("ty",)))).report
    assert len(report.calls) == 1
    counts = {(each.family, each.name): each.calls for each in report.also_found}
    assert counts == {
        ("threads", "to_thread"): 2,
        ("threads", "Thread"): 1,
        ("threads", "submit"): 1,
    }
    assert "2 to_thread, 1 Thread, 1 submit (--family threads)" in text(report)
    assert json.loads(json_report(report))["also_found"][0]["calls"] == 2


def test_an_unknown_family_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "calls.py").write_text("", "utf-8")
    with pytest.raises(ConfigError, match="no family 'thread': did you mean 'threads'"):
        check_project(Request((tmp_path,), Settings(families=("thread",))))
