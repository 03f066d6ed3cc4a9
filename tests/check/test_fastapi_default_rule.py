"""Parameters that only FastAPI fills: reported if a call leaves them open, and only then."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("fastapi defaults")

_DEPS = """\
from fastapi import Depends, FastAPI, Header
def get_db() -> int: ...
DB = Depends(get_db)
router = FastAPI()
def imported(to: str, db: int = DB) -> None: ...
def Query(value: int) -> int: ...
"""

_SOURCE = """\
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
import fastapi
from fastapi import BackgroundTasks, Depends, FastAPI, Form, Query as Q, Security
from typed_bg import BackgroundTask, BackgroundTasks as Checked
import deps
from deps import Query, get_db, imported, router
app = FastAPI()
def notify(to: str, db: int = Depends(get_db), *, page: int = Q(1)) -> None: ...
async def dotted(to: str, db: int = fastapi.Header()) -> None: ...
def form(*, name: str = Form()) -> None: ...
def plain(to: str, db: int = 3, path: Path = Path()) -> None: ...
def own(to: str, page: int = Query(1)) -> None: ...
def annotated(to: str, page: Annotated[int, Q()] = 1) -> None: ...
@app.post("/")
def handler(to: str, db: int = Depends(get_db)) -> None: ...
def fills(func: Callable[..., None]) -> Callable[[str], None]: ...
@fills
def filled(to: str, db: int = Depends(get_db)) -> None: ...
def redefined(to: str, db: int = Depends(get_db)) -> None: ...
def redefined(to: str, db: int = 3) -> None: ...
def bad(tasks: BackgroundTasks, checked: Checked) -> None:
    tasks.add_task(notify, "a")  # db, page
    tasks.add_task(notify, "a", 1)  # page
    tasks.add_task(notify, "a", db=1)  # page
    tasks.add_task(notify, to="a", page=1)  # db
    tasks.add_task(dotted, "a")  # db
    tasks.add_task(form)  # name
    tasks.add_task(imported, "a")  # db
    tasks.add_task(deps.imported, "a")  # db
    tasks.add_task(handler, "a")  # db
    checked.add(notify)("a", 1)  # page
    BackgroundTask(notify, "a")  # db, page
    def inner(db: int = Depends(get_db)) -> None: ...
    tasks.add_task(inner)  # db
def good(tasks: BackgroundTasks, args: tuple[str, int], checked: Checked) -> None:
    tasks.add_task(notify, "a", 1, page=1)
    tasks.add_task(notify, *args, page=1)
    tasks.add_task(notify, **{"to": "a", "db": 1, "page": 1})
    tasks.add_task(plain, "a")
    tasks.add_task(own, "a")
    tasks.add_task(annotated, "a")
    tasks.add_task(filled, "a")
    tasks.add_task(redefined, "a")
    tasks.add_task(functools.partial(notify, db=1, page=1), "a")
    checked.add(notify)("a", db=1, page=1)
    notify("a")
    def notify_here(to: str) -> None: ...
    tasks.add_task(notify_here, "a")
def shadowed(tasks: BackgroundTasks, notify: Callable[[str], None]) -> None:
    tasks.add_task(notify, "a")
"""


def test_each_call_that_leaves_one_open_is_reported_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(_SOURCE, "utf-8")
    (tmp_path / "deps.py").write_text(_DEPS, "utf-8")
    settings = Settings(checkers=("ty", "zuban"), python=sys.executable)
    report = check_project(Request((tmp_path,), settings)).report
    assert not any(run.failure for run in report.runs)
    expected = {
        number: line.partition("# ")[2].split(", ")
        for number, line in enumerate(_SOURCE.splitlines(), 1)
        if "# " in line
    }
    found = [finding for finding in report.findings if finding.rule == "fastapi-default"]
    assert [finding.place.line for finding in found] == list(expected)
    for finding in found:
        names = expected[finding.place.line]
        assert f" as {names[0]}: only FastAPI " in finding.message
        fix = ", ".join(f"{name}=..." for name in names)
        assert finding.reasons[0].fix == f"also pass {fix}"
