"""Edits that show wrong calls which no checker reported before: named, and made with `--reveal`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from fix_runs import fix
from support.check_command import listing, run, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("fix")

_APP = """\
from starlette.background import BackgroundTasks


def keep(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@keep
def mail(user: str) -> None: ...


def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(mail, "a")
    tasks.add_task(mail, 1)
    tasks.add_task(
        mail,
        "a", users=1)
"""
_WRONG = [("app.py", 17), ("app.py", 18)]
_OTHER = """

def other(function):
    return function


@other
def log(user: str) -> None: ...


def more(tasks: BackgroundTasks) -> None:
    tasks.add_task(log, "a")
    log(1)
"""


def _places(found: list[dict[str, object]]) -> list[tuple[object, object]]:
    return list(dict.fromkeys((each["path"], each["line"]) for each in found))


def test_a_wrong_call_is_named_and_the_edit_made_only_if_asked(tmp_path: Path) -> None:
    root, checker = write(tmp_path, {"app.py": _APP}), "ty"
    result = fix(root, "--write", "--checker", checker)
    assert (result["fixes"], result["files"]) == ([], [])
    (rejected,) = result["rejected"]
    assert _places(rejected["reveals"]) == _WRONG
    assert rejected["why"].startswith("it reveals 2 wrong calls: app.py:17, app.py:18. ")
    assert rejected["why"].endswith("--reveal")
    assert (root / "app.py").read_text("utf-8") == _APP

    done = run(root, "fix", "--write", "--reveal", "--format", "json", "--checker", checker)
    assert done.returncode == 1, done.stderr  # the calls are wrong
    result = json.loads(done.stdout)
    (found,) = result["fixes"]
    assert _places(found["calls"]) == [("app.py", 16), *_WRONG]
    assert _places(found["reveals"]) == _WRONG
    assert (result["rejected"], result["left"]) == ([], [])
    lines = (root / "app.py").read_text("utf-8").splitlines()
    done = run(root, "check", "--format", "json", "--checker", checker)
    findings = json.loads(done.stdout)["findings"]
    assert {each["rule"] for each in findings} == {"wrong-argument"}
    # An argument of the last call is two lines below its beginning.
    places = {lines[each["place"]["line"] - 1].strip() for each in findings}
    assert places == {"tasks.add_task(mail, 1)", '"a", users=1)'}
    before = listing(root)
    assert fix(root, "--write", "--reveal", "--checker", checker)["fixes"] == []
    assert listing(root) == before


@pytest.mark.full
def test_the_text_names_each_wrong_call(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": _APP})
    done = run(root, "fix", "--checker", "ty")
    assert done.stdout == ""
    assert "or use --reveal\n  wrong: app.py:17: ty: Argument" in done.stderr
    *_, last = done.stderr.splitlines()
    assert "1 more fix reveals 2 wrong calls: app.py:17, app.py:18 (" in last
    assert "2 of them today" in last  # as direct calls
    assert last.endswith(": typed-bg fix --checker ty --reveal")
    done = run(root, "fix", "--reveal", "--checker", "ty")
    assert "+def keep(function: Callable[P, R]) -> Callable[P, R]:\n" in done.stdout
    assert "; it reveals 2 wrong calls: app.py:17, app.py:18\n  wrong: app.py:17" in done.stderr
    assert "3 calls improved (2 of them wrong), 0 not checked" in done.stderr


def test_a_wrong_ordinary_call_of_the_function_is_named_too(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": _APP + _OTHER})
    line = (_APP + _OTHER).count("\n")
    result = fix(root, "--reveal", "--checker", "ty")
    reveals = {each["summary"].split()[1]: _places(each["reveals"]) for each in result["fixes"]}
    assert reveals == {"keep()": _WRONG, "other()": [("app.py", line)]}


@pytest.mark.full
def test_an_error_elsewhere_still_rejects_the_edit_and_only_that(tmp_path: Path) -> None:
    """Setting an attribute is not a call, so it is not a wrong call that was hidden."""
    text = _APP + _OTHER.replace("log(1)", "log.own = 1")
    root = write(tmp_path, {"app.py": text})
    for options, fixed in (((), 0), (("--reveal",), 1)):
        result = fix(root, *options, "--checker", "ty")
        assert len(result["fixes"]) == fixed, result
        rejected = {each["summary"].split()[1]: each for each in result["rejected"]}
        assert rejected.keys() == ({"other()"} if fixed else {"keep()", "other()"})
        assert (
            f"with it, ty reports at app.py:{text.count(chr(10))}: " in rejected["other()"]["why"]
        )
        assert rejected["other()"]["reveals"] == []


_ADDING = """\
from starlette.background import BackgroundTasks


def connected(function):
    def wrapper(*args, **kwargs):
        kwargs["connection"] = 1
        return function(*args, **kwargs)

    return wrapper


@connected
def mail(user: str, connection: int) -> None: ...


def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(mail, "a")
    mail("b")
"""


@pytest.mark.full
def test_an_edit_is_wrong_itself_if_all_calls_are_wrong_with_it(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": _ADDING})
    for options in ((), ("--reveal",)):
        result = fix(root, *options, "--checker", "ty")
        assert result["fixes"] == []
        (rejected,) = result["rejected"]
        assert rejected["reveals"] == []
        assert ("calls that become checked" in rejected["why"]) == bool(options)


_TWO_REASONS = """\
from starlette.background import BackgroundTasks


def keep(function):
    return function


@keep
def mail(user: str) -> None: ...


def handler(tasks):
    tasks.add_task(mail, 1)
    tasks.add_task(later, "a")


def more(tasks: BackgroundTasks) -> None:
    tasks.add_task(mail, "a")
    tasks.add_task(mail, "b")


def later(user: str) -> None: ...
"""


@pytest.mark.full
def test_a_wrong_call_that_two_edits_reveal(tmp_path: Path) -> None:
    """Without `--reveal`, the edit that is for the most calls stays."""
    root = write(tmp_path, {"app.py": _TWO_REASONS})
    result = fix(root, "--checker", "ty")
    assert [each["reason"] for each in result["fixes"]] == ["untyped-decorator"]
    (rejected,) = result["rejected"]
    assert _places(rejected["reveals"]) == [("app.py", 13)]
    result = fix(root, "--reveal", "--write", "--checker", "ty")
    assert {each["reason"] for each in result["fixes"]} == {"receiver-any", "untyped-decorator"}
    assert result["left"] == []


_PARTIAL = """\
from functools import partial

from starlette.background import BackgroundTasks


def log(user: str) -> None: ...


def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(partial(log, "a"))
"""


def test_the_text_names_the_commands_for_more_fixes(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": _APP + _OTHER})
    done = run(root, "fix", "--write", "--checker", "ty", "--select", "untyped-decorator")
    *_, last = done.stderr.splitlines()
    assert "2 more reveal 3 wrong calls: " in last
    assert last.endswith(": typed-bg fix --checker ty --select untyped-decorator --reveal")
    write(root, {"app.py": _PARTIAL})
    done = run(root, "fix", "--checker", "mypy")
    *_, last = done.stderr.splitlines()
    assert last.startswith("typed-bg fix: 1 more fix can ")
    assert last.endswith(": typed-bg fix --checker mypy --unsafe")
    done = run(root, "fix", "--checker", "mypy", "--unsafe")
    assert "--unsafe" not in done.stderr
