"""The move to newer type checkers, with a stand-in for the package index."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.typing_suite import add, recorded_suite

from typing_tests import _history as history
from typing_tests.__main__ import main
from typing_tests._history import read_history
from typing_tests._results import read_record, write_record
from typing_tests._rules import read_rules
from typing_tests._snippets import read_snippets

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for uv is a script")


class FakeUv(Protocol):
    """Sets what the stand-in for uv does."""

    def __call__(self, newest: str, *, installs: bool = True) -> None: ...


FAKE_UV = """\
#!{python}
import pathlib, sys
if sys.argv[1:3] == ["pip", "compile"]:
    if {newest!r}:
        print("ty=={newest}")
    else:
        sys.exit("error: failed to fetch the index")
elif {installs!r} or sys.argv[1] == "venv":
    assert sys.argv[1] == "venv" or sys.argv[-1] == "ty=={newest}", sys.argv
else:
    sys.exit("error: failed to download ty")
"""


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    """A suite in a clone that pins an older ty, and has a report about it."""
    suite, root = recorded_suite(tmp_path / "typing_tests"), tmp_path
    found = read_record(suite / "results" / "ty.toml")
    assert found is not None
    write_record(suite / "results" / "ty.toml", "ty", replace(found, version="0.0.1"))
    add(suite, "bad", "missing", 'send, "a")  # E: missing-argument')  # which the old ty reported
    (root / "pyproject.toml").write_text('a = ["ty==0.0.1", "pyright[nodejs]==1"]\n')
    for name, text in (
        ("explorer/changes.md", "# Changes\n\n<!-- changes -->\n"),
        ("upstream/ty-example.md", "```python\nx = 1\n```\n\n<!-- output -->\n"),
    ):
        (root / "docs" / name).parent.mkdir(parents=True)
        (root / "docs" / name).write_text(text)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "One"],
    ):
        subprocess.run(["git", *command], cwd=root, check=True)  # noqa: S603, S607
    return suite


@pytest.fixture
def fake_uv(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    """Puts a `uv` first in the path that knows one release of ty."""
    folder = tmp_path_factory.mktemp("uv")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def write_uv(newest: str, *, installs: bool = True) -> None:
        text = FAKE_UV.format(python=sys.executable, newest=newest, installs=installs)
        (folder / "uv").write_text(text, encoding="utf-8")
        (folder / "uv").chmod(0o755)

    return write_uv


NO_PYTHON = """\
#!{python}
import sys
if sys.argv[1] == "pip":
    print("ty==0.0.2")
else:
    sys.exit("error: No interpreter found for Python 3.13 in search path")
"""


def test_an_older_release_without_its_python_is_explained(
    pinned: Path, fake_uv: FakeUv, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_uv("0.0.2")
    stand_in = Path(os.environ["PATH"].partition(os.pathsep)[0]) / "uv"
    stand_in.write_text(NO_PYTHON.format(python=sys.executable), encoding="utf-8")
    before = contents(pinned.parent)
    assert main(["--history", "--checker", "ty", "--day", "2026-01-01"], pinned) == 2
    assert "Python 3.13, because" in history.NEEDS_PYTHON
    assert capsys.readouterr().err.splitlines() == [
        "uv could not make an environment with Python 3.13:",
        "error: No interpreter found for Python 3.13 in search path",
        history.NEEDS_PYTHON,
    ]
    assert contents(pinned.parent) == before


@pytest.mark.parametrize(("newest", "why"), [("", "the newest release of ty"), ("0.0.2", "ty==")])
def test_an_older_release_that_is_not_found_or_installed_is_explained(
    newest: str, why: str, pinned: Path, fake_uv: FakeUv, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_uv(newest, installs=False)
    assert main(["--history", "--checker", "ty", "--day", "2026-01-01"], pinned) == 2
    error = capsys.readouterr().err
    assert why in error
    assert "error: failed to" in error
    assert error.endswith(
        "Check that the package index can be reached, and run the command again.\n"
    )


def test_older_releases_need_uv(
    pinned: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["--history", "--checker", "ty", "--day", "2026-01-01"], pinned) == 2
    assert "there is no uv on the PATH" in capsys.readouterr().err


def contents(root: Path) -> dict[str, bytes]:
    """Return all files of a clone but git's own."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


BUMP = ["--bump", "--checker", "ty"]
INSTALLED = version("ty")


def test_a_bump_moves_the_pin_and_writes_what_changed(
    pinned: Path, fake_uv: FakeUv, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_uv(INSTALLED)
    before = contents(pinned.parent)
    assert main(BUMP, pinned) == 0
    now = contents(pinned.parent)
    assert {name for name in now if now[name] != before.get(name)} == {
        "pyproject.toml",
        "docs/explorer/changes.md",
        "docs/upstream/ty-example.md",
        "typing_tests/history/ty.toml",
        "typing_tests/results/ty.toml",
    }
    assert now["pyproject.toml"].decode() == f'a = ["ty=={INSTALLED}", "pyright[nodejs]==1"]\n'
    assert f"The output of ty {INSTALLED}" in now["docs/upstream/ty-example.md"].decode()
    page = now["docs/explorer/changes.md"].decode()
    assert f"## ty {INSTALLED} (" in page
    assert "- `missing`: caught → **missed**\n" in page
    found = read_record(pinned / "results" / "ty.toml")
    assert found is not None
    assert found.version == INSTALLED
    snippets = read_snippets(pinned, read_rules(pinned / "rules.toml").reasons)
    [old] = read_history(pinned / "history" / "ty.toml", snippets)
    assert (old.version, old.verdicts["missing"]) == ("0.0.1", "caught")
    assert f"ty: 0.0.1 -> {INSTALLED}" in capsys.readouterr().out


def bare_python(folder: Path) -> list[str]:
    """Return the options that run checkers in an environment that has none."""
    venv.create(folder)
    return ["--python", str(folder / "bin" / Path(sys.executable).name)]


@pytest.mark.parametrize(
    ("uv", "has_checkers", "why"),
    [
        pytest.param(("", True), True, "cannot find the newest release of ty", id="no index"),
        pytest.param((INSTALLED, False), True, "failed to download ty", id="no download"),
        pytest.param((INSTALLED, True), False, "a checker could not run", id="a checker fails"),
        pytest.param(("9.9.9", True), True, "ty 9.9.9 was installed, but", id="another version"),
    ],
)
def test_a_bump_that_fails_changes_no_file(  # noqa: PLR0913  # fixtures
    *,
    uv: tuple[str, bool],
    has_checkers: bool,
    why: str,
    pinned: Path,
    fake_uv: FakeUv,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake_uv(uv[0], installs=uv[1])
    before = contents(pinned.parent)
    python = [] if has_checkers else bare_python(tmp_path_factory.mktemp("bare"))
    assert main([*BUMP, *python], pinned) == 2
    error = capsys.readouterr().err
    assert "Nothing was changed: " in error
    assert why in error
    assert contents(pinned.parent) == before


def test_a_bump_needs_a_clone_without_changes(
    pinned: Path, fake_uv: FakeUv, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_uv(INSTALLED)
    page = pinned.parent / "docs" / "explorer" / "changes.md"
    page.write_text(page.read_text() + "More\n")
    before = contents(pinned.parent)
    assert main(BUMP, pinned) == 2
    assert "not committed" in (error := capsys.readouterr().err)
    assert "\n  docs/explorer/changes.md" in error
    assert contents(pinned.parent) == before


def test_a_bump_without_newer_releases_does_nothing(
    pinned: Path, fake_uv: FakeUv, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_uv("0.0.1", installs=False)
    before = contents(pinned.parent)
    assert main(BUMP, pinned) == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert contents(pinned.parent) == before
