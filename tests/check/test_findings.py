"""What a person has to look at: once, at its place, and nothing that is right."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from corpus_outcomes import outcome

from typed_bg.check.calls.families import of_families
from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.checker_runs import Part
from typed_bg.check.job import Job
from typed_bg.check.pipeline import check
from typed_bg.check.project.checker_choice import CheckerToRun
from typed_bg.check.results.rules import fails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.results.report import Finding, Report

pytestmark = pytest.mark.xdist_group("findings")

_SOURCE = """\
from collections.abc import Coroutine, Generator
from fastapi import FastAPI
from missing_orm import Session
from starlette.background import BackgroundTask, BackgroundTasks as Plain
from typed_bg import BackgroundTasks
from typed_bg.fastapi import BackgroundTasks as Injected
from typing import Annotated
from fastapi import Depends, Request, UploadFile
from sqlalchemy.orm import Session as Database
from missing_game import Session as Game
import fastapi as web
app = FastAPI()
def report(user: str) -> None: ...
def use(db: object) -> None: ...
def keep(db: Session) -> None: ...
async def areport(user: str) -> None: ...
def helper(user: str) -> Coroutine[object, object, None]:
    return areport(user)
class Mailer:
    def lines(self, n: int) -> Generator[int, None, None]:
        yield n
@app.get("/plain")
def plain(tasks: BackgroundTasks, db: Session) -> None:
    tasks.add_task(report, "x")
    tasks.add_task(keep, db)
def client() -> Generator[Mailer, None, None]:
    made = Mailer()
    yield made
    del made
def shared() -> Generator[Mailer, None, None]:
    yield Mailer()
def plain_client() -> Mailer: ...
ClientDep = Annotated[Mailer, Depends(client)]
class Hero:
    __tablename__ = "heroes"
    id: int = 0
def load() -> Hero: ...
@app.get("/request")
def objects(
    tasks: Plain, database: Database, game: Game, request: Request, upload: UploadFile,
    dep: ClientDep, mailer: Annotated[Mailer, Depends(plain_client)],
    old: Mailer = Depends(client), kept: Mailer = Depends(shared),
) -> None:
    hero = load()
    tasks.add_task(use, database)  # ends
    tasks.add_task(use, request)  # ends
    tasks.add_task(use, upload.file)
    tasks.add_task(upload.close)
    tasks.add_task(upload.read)  # ends
    tasks.add_task(use, dep)  # ends
    tasks.add_task(use, old)  # ends
    tasks.add_task(use, kept)
    tasks.add_task(use, hero)  # ends
    tasks.add_task(use, game)
    tasks.add_task(use, mailer)
    tasks.add_task(use, hero.id)
    tasks.add_task(use, app)
class Pool:
    class UploadFile: ...
def namesake(tasks: Plain, pooled: Pool.UploadFile, upload: web.UploadFile) -> None:
    made = Pool.UploadFile()
    tasks.add_task(use, pooled)
    tasks.add_task(use, made)
    tasks.add_task(use, upload)  # ends
@app.get("/injected")
def injected(tasks: Injected) -> None:
    tasks.add_task(report, "x")
    tasks.add_task(helper, "x")
def no_route(tasks: BackgroundTasks) -> None:
    tasks.add_task(report, "x")
def handler(tasks: Plain, mailer: Mailer) -> None:
    tasks.add_task(report, str(int("x", bsae=3)))
    tasks.add_task(
        report,
        str(
            int("x", bsae=3)),
    )
    tasks.add_task(mailer.lines, 3)
    tasks.add_task(helper, "x")
    BackgroundTask(report, "x", 3)
    tasks.add_task(lambda: areport("x"))
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Check one module with two checkers that are fast, and write types differently."""
    root = tmp_path_factory.mktemp("findings")
    (root / ".git").mkdir()
    (root / "app.py").write_text(_SOURCE, encoding="utf-8")
    return _checked(root, "ty", "zuban")


def _checked(root: Path, *names: str, forwarders: tuple[Forwarder, ...] = BACKGROUND) -> Report:
    checkers = tuple(map(CheckerToRun, names))

    def parts(paths: Sequence[PurePosixPath]) -> list[Part]:
        return [Part(PurePosixPath(), tuple(paths), Path(sys.executable), checkers)]

    return check(Job(root, (root,), parts, forwarders=forwarders)).report


def _lines(report: Report, rule: str) -> list[int]:
    return [finding.place.line for finding in report.findings if finding.rule == rule]


def _only(report: Report, rule: str) -> Finding:
    (finding,) = [finding for finding in report.findings if finding.rule == rule]
    return finding


def _line(text: str, after: str = "") -> int:
    return _SOURCE.count("\n", 0, _SOURCE.index(text, _SOURCE.index(after))) + 1


def test_errors_within_an_argument_are_not_of_the_call(report: Report) -> None:
    """An error in `int(...)` is not an error of the call around it, on any line."""
    finding = _only(report, "wrong-argument")
    assert finding.place.line == _line("BackgroundTask(report")
    assert finding.place.column == _SOURCE.splitlines()[finding.place.line - 1].index("3") + 1
    assert finding.reported_by == ("ty", "zuban")


def test_what_never_runs(report: Report) -> None:
    """A generator, a def and a lambda that return a coroutine; typed_bg awaits the latter two."""
    assert _lines(report, "never-runs") == [
        _line("tasks.add_task(mailer.lines"),
        _line("tasks.add_task(helper", after="mailer.lines"),
        _line("tasks.add_task(lambda"),
    ]


def test_plain_class_in_a_route(report: Report) -> None:
    """Once a parameter, and only where FastAPI injects."""
    finding = _only(report, "plain-class")
    assert finding.place.path == PurePosixPath("app.py")
    assert (finding.place.line, finding.place.column) == (_line("def plain"), 11)


def test_what_ends_with_the_request(report: Report) -> None:
    """By its type, or since a dependency yields it, then ends it; a warning, which does not fail.

    A task that closes it is meant to. A class of the same name in another class is another one,
    even if a checker writes only its last name.
    """
    ends = [n for n, line in enumerate(_SOURCE.splitlines(), 1) if line.endswith("# ends")]
    assert _lines(report, "request-session") == ends
    assert not fails("request-session", "arity-only")


_IN_THREADS = """\
import asyncio
import threading
from fastapi import Request
def read(request: Request) -> None: ...
async def route(request: Request) -> None:
    await asyncio.to_thread(read, request)
    await asyncio.gather(asyncio.to_thread(read, request))
    threading.Thread(target=read, args=(request,)).start()
    asyncio.create_task(asyncio.to_thread(read, request))
"""


def test_a_request_waits_for_the_threads_that_it_awaits(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(_IN_THREADS, "utf-8")
    report = _checked(tmp_path, "ty", forwarders=of_families(["threads"]))
    assert _lines(report, "request-session") == [8, 9]


_CLIENT = """\
from concurrent.futures import ThreadPoolExecutor
from sockets import connect
def read(socket: object) -> None: ...
def work(pool: ThreadPoolExecutor) -> None:
    with connect() as socket:
        pool.submit(read, socket)
"""
_SOCKETS = """\
class WebSocket:
    def __enter__(self) -> "WebSocket": ...
    def __exit__(self, *args: object) -> None: ...
def connect() -> WebSocket: ...
"""


def test_a_class_of_the_same_name_in_a_module_without_starlette(tmp_path: Path) -> None:
    """A client's `WebSocket` does not end with a request."""
    (tmp_path / "app.py").write_text(_CLIENT, "utf-8")
    (tmp_path / "sockets.pyi").write_text(_SOCKETS, "utf-8")
    report = _checked(tmp_path, "ty", forwarders=of_families(["threads"]))
    (call,) = report.calls
    assert call.arguments == ("socket",)
    assert not _lines(report, "request-session")


def test_parameter_whose_annotation_is_unresolved(report: Report) -> None:
    """It is annotated: what is to be changed is the import."""
    (site,) = [site for site in report.calls if site.target == "keep"]
    assert outcome(site) == {"arity-only[db] unresolved-import": "ty zuban"}
    assert {reason.place.line for j in site.judgements for reason in j.reasons if reason.place} == {
        3
    }
