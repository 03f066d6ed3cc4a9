"""What the check makes of packages that no one here wrote, against what was confirmed by hand.

They are downloaded when the tests run. `docs/real-code.md` says how each call was confirmed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from typed_bg.checkers import CHECKERS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECORDED: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("real_packages.toml").read_text("utf-8")
)
PACKAGES: dict[str, dict[str, Any]] = {package["name"]: package for package in RECORDED["package"]}
SAMPLE = "gradio"  # which `nox` checks
FULL = pytest.mark.full
PATIENCE = 300  # seconds for a download


@dataclass(frozen=True)
class Checked:
    """A package, what is recorded of it, and what the check says now."""

    recorded: dict[str, Any]
    tree: Path
    before: frozenset[str]
    report: dict[str, Any]
    exit_code: int

    def unchecked(self) -> dict[str, list[str]]:
        """Return the calls that are not checked, and by whom."""
        found: dict[str, list[str]] = {}
        for site in self.report["calls"]:
            place = site["place"]
            names = [
                judgement["checker"]
                for judgement in site["judgements"]
                if judgement["verdict"] == "unchecked"
            ]
            if names:
                found[f"{place['path']}:{place['line']}"] = names
        return found


def install(packages: list[str], folder: Path) -> None:
    """Install packages into a folder, without their dependencies."""
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable]
    else:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    command += ["--no-deps", "--only-binary", ":all:", "--target", str(folder), *packages]
    try:
        ended = subprocess.run(  # noqa: S603  # an installer
            command, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        problem = ended.stderr if ended.returncode else ""
    except subprocess.TimeoutExpired:
        problem = f"nothing after {PATIENCE} s"
    if problem:
        message = f"REAL CODE WAS NOT CHECKED: cannot download {' '.join(packages)}: {problem}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds FastAPI and little else, in the same versions every time."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=os.name != "nt")
    library = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    install(RECORDED["environment"], Path(library))
    return folder


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(
            name, marks=[pytest.mark.xdist_group(name), *([] if name == SAMPLE else [FULL])]
        )
        for name in PACKAGES
    ],
)
def checked(
    request: pytest.FixtureRequest, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Checked:
    """A package, checked with the command."""
    recorded = PACKAGES[request.param]
    tree = tmp_path_factory.mktemp("package")
    install([f"{recorded['name']}=={recorded['version']}"], tree)
    shutil.rmtree(tree / "bin", ignore_errors=True)
    (tree / ".git").mkdir()  # makes it a project's root, whatever is above it
    before = files(tree)
    command = [sys.executable, "-m", "typed_bg", "check", "--format", "json", "--no-cache"]
    command += ["--python", str(environment)]
    for name in recorded["totals"]:
        command += ["--checker", name]
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        command, cwd=tree, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.stdout, ended.stderr
    return Checked(recorded, tree, before, json.loads(ended.stdout), ended.returncode)


def files(tree: Path) -> frozenset[str]:
    return frozenset(str(path.relative_to(tree)) for path in tree.rglob("*"))


def test_all_six_are_tried_on_three_packages() -> None:
    complete = [package for package in PACKAGES.values() if set(package["totals"]) == set(CHECKERS)]
    assert len([package for package in complete if package["calls"] >= 3]) >= 3


def test_totals_are_those_recorded(checked: Checked) -> None:
    now = {
        run["name"]: {verdict: count for verdict, count in run["calls"].items() if count}
        for run in checked.report["checkers"]
    }
    assert [run["failure"] for run in checked.report["checkers"]] == [None] * len(now)
    assert now == checked.recorded["totals"]
    assert len(checked.report["calls"]) == checked.recorded["calls"]


def test_unchecked_calls_are_those_confirmed_by_hand(checked: Checked) -> None:
    confirmed = {entry["call"]: entry["by"] for entry in checked.recorded.get("unchecked", ())}
    assert checked.unchecked() == confirmed


def test_reasons_are_those_confirmed_and_no_more_overclaimed(checked: Checked) -> None:
    reasons = {
        f"{site['place']['path']}:{site['place']['line']}": {
            reason["code"]
            for judgement in site["judgements"]
            if judgement["verdict"] == "unchecked"
            for reason in judgement["reasons"]
        }
        for site in checked.report["calls"]
    }
    for entry in checked.recorded.get("unchecked", ()):
        expected = {*entry["reasons"], *entry.get("overclaimed", ())}
        assert reasons[entry["call"]] == expected, entry["call"]


def test_wrong_arguments_are_those_recorded(checked: Checked) -> None:
    wrong = Counter(
        f"{finding['place']['path']}:{finding['place']['line']}"
        for finding in checked.report["findings"]
        if finding["rule"] == "wrong-argument"
    )
    assert wrong == Counter(checked.recorded.get("wrong", ()))


def test_exit_code_says_what_was_found(checked: Checked) -> None:
    found = "unchecked" in checked.recorded or "wrong" in checked.recorded
    # If no candidate in a package is a background task, there is nothing to check.
    expected = (1 if found else 0) if checked.recorded["calls"] else 2
    assert checked.exit_code == expected
    assert bool(checked.report["problems"]) == (not checked.recorded["calls"])


def test_nothing_is_written_beside_the_code(checked: Checked) -> None:
    assert files(checked.tree) == checked.before
