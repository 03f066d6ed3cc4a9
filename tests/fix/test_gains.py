"""A fix lists every call that becomes checked, also one for which no reason was found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from fix_runs import fix
from support.check_command import run, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("fix")

_QUEUE = """\
from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks


class Queue(BackgroundTasks):
    def add_task(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        super().add_task(func, *args, **kwargs)


def report(user: str) -> None: ...
"""
_APP = """\
from work import Queue, report


def one(tasks: Queue) -> None:
    tasks.add_task(report, "ann")


def every(queues: list[Queue]) -> None:
    for tasks in queues:
        tasks.add_task(report, "bob")
"""
_CALLS = [("app.py", 5), ("app.py", 10), ("work.py", 9)]
_CHECKER = ("--checker", "ty")


def test_a_call_without_a_reason_is_listed(tmp_path: Path) -> None:
    """What a `for` loop gives a name to has no reason, since its class is not found."""
    root = write(tmp_path, {"app.py": _APP, "work.py": _QUEUE})
    (found,) = fix(root, *_CHECKER)["fixes"]
    assert [(each["path"], each["line"]) for each in found["calls"]] == _CALLS
    assert {each["verdict"] for each in found["calls"]} == {"checked"}
    text = run(root, "fix", *_CHECKER).stderr
    assert "of `func`: app.py:5, app.py:10, work.py:9 checked by ty\n" in text
    assert "3 calls improved" in text
    assert "not fixed" not in text  # the parameters of `func` are not needed, too
    (result,) = json.loads(run(root, "fix", "--format", "sarif", *_CHECKER).stdout)["runs"]
    fixed = [each for each in result["results"] if each.get("fixes") and "app.py" in str(each)]
    lines = {
        place["physicalLocation"]["region"]["startLine"]
        for each in fixed
        for place in [*each["locations"], *each.get("relatedLocations", ())]
    }
    assert lines >= {5, 10}


def test_calls_of_several_fixes_are_listed_with_the_fix_that_they_need(tmp_path: Path) -> None:
    """Each fix has a call of its own and one without a reason."""
    names = ("a", "b", "c")
    files = {f"work_{name}.py": _QUEUE for name in names}
    files |= {f"app_{name}.py": _APP.replace("from work", f"from work_{name}") for name in names}
    root = write(tmp_path, files)
    found = fix(root, *_CHECKER)["fixes"]
    assert {
        each["path"]: [(call["path"], call["line"]) for call in each["calls"]] for each in found
    } == {
        f"work_{name}.py": [(path.replace(".", f"_{name}."), line) for path, line in _CALLS]
        for name in names
    }


def test_a_wrong_call_without_a_reason_is_revealed(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": _APP.replace('"bob"', "1"), "work.py": _QUEUE})
    rejected = next(each for each in fix(root, *_CHECKER)["rejected"] if each["reveals"])
    assert [(each["path"], each["line"]) for each in rejected["reveals"]] == [_CALLS[1]]
    result = json.loads(run(root, "fix", "--reveal", "--format", "json", *_CHECKER).stdout)
    (found,) = result["fixes"]
    assert [(each["path"], each["line"]) for each in found["calls"]] == _CALLS
    assert [(each["path"], each["line"]) for each in found["reveals"]] == [_CALLS[1]]


_LAMBDA = """\
from starlette.background import BackgroundTasks


def report(user): ...


def handler():
    tasks = BackgroundTasks()
    tasks.add_task(lambda: report("ann"))
"""


@pytest.mark.full
def test_an_edit_with_which_less_is_checked_is_not_made(tmp_path: Path) -> None:
    """mypy checks the lambda itself, but only the names and the number of `report`'s arguments."""
    root = write(tmp_path, {"app.py": _LAMBDA})
    result = fix(root, "--unsafe", "--checker", "mypy")
    assert [each["reason"] for each in result["fixes"]] == ["unannotated-function"]
    assert [each["verdict"] for each in result["fixes"][0]["calls"]] == ["checked"]
    assert result["left"] == []
