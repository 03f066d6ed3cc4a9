"""Tasks whose framework supplies arguments, that are named by a string, or whose options change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from typed_bg._source.module import Module, parse
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.calls.families import of_families
from typed_bg.check.calls.undecorated import undecorated
from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Report

_FAST = ("ty", "pyrefly", "zuban")


def _check(root: Path, *families: str, **files: str) -> Report:
    for name, content in files.items():
        (root / f"{name}.py").write_text(content, "utf-8")
    (root / "pyrefly.toml").write_text('preset = "default"\n', "utf-8")
    settings = Settings(checkers=_FAST, python=sys.executable, families=families)
    report = check_project(Request((root,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    return report


def _wrong(report: Report) -> dict[int, set[str]]:
    return {
        found.place.line: set(found.reported_by)
        for found in report.findings
        if found.rule == "wrong-argument"
    }


def _verdicts(report: Report) -> dict[int, set[str]]:
    return {
        site.place.line: {judgement.verdict for judgement in site.judgements}
        for site in report.calls
    }


_WORKER = """\
from arq import func
from jobs import one, other, send
from more import one as another


class Settings:
    functions = [send, func(other, name="mail"), one]


class More:
    functions = [another]
"""
_JOBS = """\
async def send(ctx: object, to: str, n: int = 0) -> None: ...


async def other(ctx: object, to: str) -> None: ...


async def one(ctx: object, to: str) -> None: ...


async def unregistered(ctx: object, to: str) -> None: ...

"""
_ENQUEUED = """\
from arq import ArqRedis
async def calls(redis: ArqRedis, name: str) -> None:
    await redis.enqueue_job("send", "a", n=1, _defer_by=5)
    await redis.enqueue_job("send", 1)
    await redis.enqueue_job("send", "a", 1, 2)
    await redis.enqueue_job("mail")
    await redis.enqueue_job("mail", "a")
    await redis.enqueue_job("other", 1)  # has another name
    await redis.enqueue_job("one", 1)  # two functions have the name
    await redis.enqueue_job("unregistered", 1)
    await redis.enqueue_job("jobs.send", 1)
    await redis.enqueue_job(name, 1)
"""


def test_a_function_is_found_in_the_list_of_a_worker(tmp_path: Path) -> None:
    more = "async def one(ctx: object) -> None: ...\n"
    report = _check(tmp_path, "arq", calls=_ENQUEUED, jobs=_JOBS, worker=_WORKER, more=more)
    assert _wrong(report) == {line: {*_FAST} for line in (4, 5, 6)}
    assert _verdicts(report) == {
        **{line: {"checked-directly"} for line in range(3, 8)},
        **{line: {"unprobeable"} for line in range(8, 13)},
    }
    shown = {found.message for found in report.findings if found.place.line == 4}
    assert any("checked as `send(..., 1)`" in message for message in shown)
    (fix,) = {
        reason.fix
        for found in report.findings
        if found.rule == "unprobeable-call"
        for reason in found.reasons
    }
    assert "`functions`" in fix


@pytest.mark.parametrize(
    ("parameters", "signature"),
    [
        ("to: str, n: int = 0", "to: str, n: int=0"),
        ("to: str, db: Annotated[Session, TaskiqDepends(get)]", "to: str, db=None"),
        ("to: str, db: Session", "to: str, db=None"),  # may be a name for the same
        ('to: str, db: "Db", *, n: int, key: Key', "to: str, db=None, *, n: int, key=None"),
        ("to: str, db: Session = TaskiqDepends()", "to: str, db: Session=TaskiqDepends()"),
        ("db: Session, to: str", None),
        ("to, rows: list[str] | None", "to, rows: list[str] | None"),
    ],
)
def test_what_taskiq_may_inject_is_optional(
    parameters: str, signature: str | None, tmp_path: Path
) -> None:
    text = f"""\
from taskiq import InMemoryBroker
broker = InMemoryBroker().with_result_backend(backend)
@broker.task(queue="mail")
async def send({parameters}): ...

send.kiq("a")
send.kicker().with_labels(a=1).kiq("a")
"""
    path = tmp_path / "tasks.py"
    path.write_text(text, "utf-8")
    module = parse(path, path.read_bytes())
    assert isinstance(module, Module)
    sites = find_sites(module, of_families(["taskiq"]))
    assert [site.is_through for site in sites] == [False, True]
    found = {function and function.signature for function in map(undecorated, sites)}
    assert found == {signature}


_OPTIONS = """\
from procrastinate import App, InMemoryConnector
from temporalio import workflow
app = App(connector=InMemoryConnector())
@app.task
def send(to: str, n: int = 0) -> None: ...

def calls(options: dict[str, str]) -> None:
    send.configure(lock="a").defer(to=1)
    send.configure(task_kwargs={"to": "a"}).defer()
    send.configure(**options).defer()
    workflow.start_activity(send, arg="a")
    workflow.start_activity(send, 1)
    workflow.start_activity(send, args=[1])
"""


def test_options_that_pass_arguments(tmp_path: Path) -> None:
    report = _check(tmp_path, "procrastinate", "temporal", calls=_OPTIONS)
    wrong = _wrong(report)
    assert {*wrong} == {8, 12, 13}
    assert wrong[13] == {*_FAST}


_CLIENTS = """\
from elsewhere import Client
from distributed import Client as Cluster
def send(to: str) -> None: ...
def calls(client: Client, cluster: Cluster) -> None:
    client.submit(send, 1)
"""


def test_a_class_of_another_package_is_another_one(tmp_path: Path) -> None:
    report = _check(tmp_path, "dask", calls=_CLIENTS)
    assert not report.calls
    assert [each.why for each in report.skipped_calls] == ["unknown-receiver"]


_FUTURES = """\
from distributed import Client
def send(to: str, n: int = 0) -> None: ...
def make() -> int: return 1
def calls(client: Client, to: int) -> None:
    client.submit(send, to, priority=1)
    client.submit(send, make())
    client.submit(send, 1)
    client.submit(send, to, 1, 2)
"""


def test_a_value_that_may_be_a_future_has_any_type(tmp_path: Path) -> None:
    report = _check(tmp_path, "dask", calls=_FUTURES)
    assert {*_wrong(report)} == {7, 8}


_UNKNOWN_BASES = """\
from types import GeneratorType
from typing import Any

from celery import Task
from not_installed import Base, Module

from actions import Action


class Network(Module):
    def __init__(self) -> None:
        self.apply(self.start)

    def start(self) -> None: ...


class Query(Base):
    def start(self) -> None:
        self.apply(boost="1")

    def apply(self, **options: str) -> None:
        super().apply(**options)


class Own(Task[..., None]):
    def again(self) -> None:
        self.apply_async(("a",))


def calls(actions: list[Action], body: Any, own: Own) -> None:
    for action in actions:
        action.send(to="a")
    if isinstance(body, GeneratorType):
        body.send(None)
    own.delay("a")
"""
_ACTIONS = """\
from not_installed import Base


class Action(Base):
    def send(self, to: str) -> None: ...
"""


def test_a_class_whose_base_is_not_installed_is_not_of_a_family(tmp_path: Path) -> None:
    """Checkers accept it as an argument of every class."""
    (tmp_path / "actions.py").write_text(_ACTIONS, "utf-8")
    report = _check(tmp_path, "celery", "dramatiq", "threads", calls=_UNKNOWN_BASES)
    assert [site.source.strip() for site in report.calls] == [
        'self.apply_async(("a",))',
        'own.delay("a")',
    ]


_LISTS = """\
from celery import shared_task


@shared_task
def send(to: str, retries: int = 3) -> None: ...


send.apply_async(["a", 2])
send.apply_async(args=["a"], countdown=1)
send.apply_async(["a", "b"])
send.apply_async(["a"], countdown="1")
"""


def test_celery_accepts_a_list_of_arguments(tmp_path: Path) -> None:
    """celery-types declares a tuple, so checkers reject the list itself."""
    pytest.importorskip("celery")
    report = _check(tmp_path, "celery", jobs=_LISTS)
    assert set(_wrong(report)) == {10, 11}
    assert _verdicts(report) == {line: {"checked-directly"} for line in (8, 9, 10, 11)}
    for call in report.calls[:2]:
        codes = [{reason.code for reason in each.reasons} for each in call.judgements]
        assert codes == [{"argument-container", "checker-limit"}] * len(_FAST)
