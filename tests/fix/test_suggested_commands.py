"""`typed-bg check` names the command that makes a change, and SARIF carries the proven edits."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from support.check_command import run, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("fix")

_APP = """\
from helpers import keep, odd
from starlette.background import BackgroundTasks


@keep
def report(user: str) -> None: ...


@odd
def strange(user: str) -> None: ...


def later(tasks: BackgroundTasks, func, *args, **kwargs) -> None:
    tasks.add_task(func, *args, **kwargs)


def handler(tasks: BackgroundTasks, other, user: str) -> None:
    tasks.add_task(report, user)
    tasks.add_task(strange, user)
    other.add_task(print, user)
    tasks.add_task(handler(tasks, other, user))
    tasks.add_task(print, sep=1)
"""
_HELPERS = """\
def keep(function):
    return function


def odd(function):
    return {"function": function}["function"]
"""
_COMMANDS = {
    # The rule, and the text of the line that it is about.
    ("untyped-forwarder", "def later("): "untyped-forwarder",
    ("unchecked-call", "tasks.add_task(func,"): "untyped-forwarder",
    ("checked-directly", "tasks.add_task(report,"): "untyped-decorator",
    ("unchecked-call", "tasks.add_task(strange,"): None,  # a form that it cannot annotate
    ("checked-directly", "other.add_task(print,"): "receiver-any",
    ("called-target", "tasks.add_task(handler("): "called-target --unsafe",
    ("wrong-argument", "tasks.add_task(print,"): None,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the project, one file of it with the line ends of Windows."""
    root = tmp_path_factory.mktemp("commands")
    return write(root, {"app.py": _APP, "helpers.py": _HELPERS.replace("\n", "\r\n").encode()})


def test_the_command_is_named_where_an_edit_applies(project: Path) -> None:
    done = run(project, "check", "--format", "json", "--checker", "ty")
    assert done.returncode == 1, done.stderr
    lines = _APP.splitlines()
    commands: dict[tuple[str, str], str | None] = {}
    for finding in json.loads(done.stdout)["findings"]:
        line = lines[finding["place"]["line"] - 1]
        (key,) = [
            (rule, text) for rule, text in _COMMANDS if rule == finding["rule"] and text in line
        ]
        commands[key] = finding["fix_command"]
    expected = {key: kind and f"typed-bg fix --select {kind}" for key, kind in _COMMANDS.items()}
    assert commands == expected


def test_reports_for_people_name_it(project: Path) -> None:
    done = run(project, "check", "--checker", "ty", "app.py")
    assert "  fix:     typed-bg fix --select untyped-forwarder\n" in done.stdout
    assert "  fix:     typed-bg fix --select called-target --unsafe\n" in done.stdout
    done = run(project, "check", "--checker", "ty", "--format", "github")
    (line,) = [
        line
        for line in done.stdout.splitlines()
        if "called-target," in line or "called-target::" in line
    ]
    assert "%0AFix: typed-bg fix --select called-target --unsafe%0A" in line


def _applied(text: str, fix: Mapping[str, Any], path: str) -> str:
    """Return a file as a program that reads SARIF changes it."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    changes = {each["artifactLocation"]["uri"]: each for each in fix["artifactChanges"]}
    for each in reversed(changes[path]["replacements"] if path in changes else []):
        region = each["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + each["insertedContent"]["text"] + text[end:]
    return text


def test_sarif_carries_the_proven_edits(project: Path) -> None:
    """What they make of the files is what `--write` makes of them."""
    done = run(project, "fix", "--format", "sarif", "--checker", "ty", timeout=600)
    results = json.loads(done.stdout)["runs"][0]["results"]
    assert {each["ruleId"] for each in results} == {"unchecked-call", "checked-directly"}
    assert not any("strange" in each["message"]["text"] for each in results)
    files = ("app.py", "helpers.py")
    before = {path: (project / path).read_bytes().decode() for path in files}
    fixes = {json.dumps(one): one for each in results for one in each["fixes"]}.values()
    assert len(fixes) == len(files)  # fixes of a file are one
    applied = dict(before)
    for one in fixes:
        applied = {path: _applied(text, one, path) for path, text in applied.items()}
    done = run(project, "fix", "--format", "json", "--write", "--checker", "ty", timeout=600)
    after = {path: (project / path).read_bytes().decode() for path in files}
    assert applied == after
    assert all(before[path] != after[path] for path in files)
