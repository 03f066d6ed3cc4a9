"""The calls of each family, in all checkers and with the real packages."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import family_calls
import pytest
from family_calls import FOLDER, KINDS, RECORD, Checked, check, family, is_installed, module
from support.samples import QUICK

from docs_build.families import FOLDER as PAGES
from docs_build.families import pages, undocumented
from typed_bg.check.calls.families import FAMILIES
from typed_bg.check.calls.forwarders import BACKGROUND_FAMILY
from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECORDED = tomllib.loads(RECORD.read_text("utf-8"))


# These are large, or can't be installed next to the others: `nox -s families` runs them.
_APART = {name for name in RECORDED if family(name).get("apart")}
_SAMPLE = "celery"
_RUNS: dict[str, dict[str, Checked]] = {}


def _run_of(name: str) -> str:
    """Return the run of all checkers in which a family is checked."""
    return "apart" if name in _APART else "together"


_GROUP = pytest.mark.xdist_group("families")
_PARAMS = [
    pytest.param(("sample", _SAMPLE), id=f"{_SAMPLE} in quick checkers", marks=_GROUP),
    *(
        pytest.param((_run_of(name), name), id=name, marks=[_GROUP, pytest.mark.full])
        for name in RECORDED
    ),
]


@pytest.fixture(scope="module", params=_PARAMS)
def checked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Checked]:
    """A family. Those of a run are checked together."""
    its_run, name = request.param
    if not is_installed(name):
        packages = ", ".join(family(name)["packages"])
        pytest.skip(f"{packages}: not installed (`nox -s families` installs it)")
    if its_run not in _RUNS:
        folder = tmp_path_factory.mktemp("families")
        if its_run == "sample":
            _RUNS[its_run] = check([name], folder, sorted(QUICK))
        else:
            names = [each for each in RECORDED if _run_of(each) == its_run and is_installed(each)]
            _RUNS[its_run] = check(names, folder)
    return name, _RUNS[its_run][name]


def test_what_is_seen_is_what_is_recorded(checked: tuple[str, Checked]) -> None:
    name, found = checked
    now = {
        api: {checker: list(seen) for checker, seen in by_checker.items()}
        for api, by_checker in found.seen.items()
    }
    recorded = {
        api: {checker: seen for checker, seen in by_checker.items() if checker in now[api]}
        for api, by_checker in RECORDED[name].items()
    }
    assert now == recorded, f"run: python tests/check/family_calls.py {name}"


def test_no_right_call_is_reported_and_every_wrong_one_is(checked: tuple[str, Checked]) -> None:
    _, found = checked
    for api, seen in found.seen.items():
        together = {checker: letters for checker, (_, letters) in seen.items()}
        assert together == dict.fromkeys(seen, ".tmk"), api


def test_every_call_is_found_and_none_is_unchecked(checked: tuple[str, Checked]) -> None:
    name, found = checked
    assert not found.skipped
    calls = sum(len(KINDS) for api in family(name)["api"] if "instead-of" not in api)
    assert len(found.sites) >= calls
    verdicts = {
        (site.source, judgement.checker): judgement.verdict
        for site in found.sites
        for judgement in site.judgements
        if judgement.verdict not in {"checked", "checked-directly"}
    }
    assert not verdicts


_SKIPPED_BY_MYPY = """
families = ["threads"]
head = '''
import asyncio
def send(to: str) -> None: ...
def calls():
'''
[[api]]
name = "to_thread"
right = 'asyncio.to_thread(send, "a")'
type = "asyncio.to_thread(send, 1)"
missing = "asyncio.to_thread(send)"
keyword = 'asyncio.to_thread(send, "a", n=1)'
"""


@pytest.mark.full
def test_a_direct_call_does_not_count_as_what_a_checker_reports_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither if another checker reports the same about the call itself."""
    (tmp_path / "skipped.toml").write_text(_SKIPPED_BY_MYPY, "utf-8")
    monkeypatch.setattr(family_calls, "FOLDER", tmp_path)
    root = tmp_path / "project"
    root.mkdir()
    seen = check(["skipped"], root)["skipped"].seen["to_thread"]
    assert seen["mypy"] == ("....", ".tmk")
    assert seen["ty"] == (".tmk", ".tmk")


@pytest.mark.full
def test_the_tasks_of_django_6(tmp_path: Path) -> None:
    """They have no types, unlike those of django-tasks. The calls are the same."""
    pytest.importorskip("django.tasks", reason="Django 6: `nox -s families` installs it")
    text, lines = module(family("django"))
    (tmp_path / "calls.py").write_text(text.replace("django_tasks", "django.tasks"), "utf-8")
    (tmp_path / "pyrefly.toml").write_text('preset = "default"\n', "utf-8")
    settings = Settings(checkers=tuple(CHECKERS), python=sys.executable, families=("django",))
    report = check_project(Request((tmp_path,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    assert not report.skipped_calls
    reported: dict[int, set[str]] = {}
    for finding in report.findings:
        if finding.rule == "wrong-argument":
            reported.setdefault(finding.place.line, set()).update(finding.reported_by)
    wrong = [line for line, (_, kind) in lines.items() if kind != "right"]
    assert reported == {line: {*CHECKERS} for line in wrong}


def test_every_row_of_the_table_has_a_call() -> None:
    for name, forwarders in FAMILIES.items():
        if name == BACKGROUND_FAMILY:
            continue
        calls = " ".join(
            api["right"]
            for of_page in map(family, RECORDED)
            if name in of_page["families"]
            for api in of_page["api"]
            if "instead-of" not in api
        )
        called = {*re.findall(r"(\w+)\(", calls)}
        assert {forwarder.last_name for forwarder in forwarders} <= called


def test_the_pages_are_up_to_date() -> None:
    written = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.md")}
    assert written == pages(), "run: python -m docs_build.families"
    assert {path.stem for path in FOLDER.glob("*.toml")} - {"outcomes"} == {*RECORDED}
    assert not undocumented()
    named = re.findall(r"^- \[?`(\w+)`", pages()["index.md"], re.MULTILINE)
    assert {*named} == {*FAMILIES}
