"""Projects without an environment, or with one that lacks the packages or the checkers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from support.check_command import check, environ, rules, write

import typed_bg
from typed_bg.check.project.bundled_stubs import copy_stubs, missing_packages
from typed_bg.checkers import CHECKERS

# The fifth and sixth are wrong, for one argument has the wrong type and another the wrong name.
VIEWS = """\
from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.background import BackgroundTask
from typed_bg.fastapi import BackgroundTasks as Checked

from app.mail import send

router = APIRouter(dependencies=[Depends(send)])


@router.post("/")
def later(tasks: BackgroundTasks, checked: Checked) -> None:
    tasks.add_task(send, "a", 3)
    checked.add_task(send, "a", 3)
    checked.add(send, name="welcome")("a", retries=3)
    BackgroundTask(send, "a", 3)
    tasks.add_task(send, "a", "three")
    checked.add_task(send, "a", retry=3)
"""
MAIL = "def send(to: str, retries: int = 0) -> None: ...\n"
TREE = {"app/__init__.py": "", "app/views.py": VIEWS, "app/mail.py": MAIL}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment in which nothing is installed."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, symlinks=os.name != "nt")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.mark.parametrize("checker", CHECKERS)
def test_calls_are_checked_against_the_stubs(checker: str, tmp_path: Path, empty: Path) -> None:
    root = write(tmp_path, {**TREE, "pyrefly.toml": 'preset = "default"\n'})
    done = check(root, "--no-cache", "--python", str(empty), checker=checker)
    assert done.returncode == 1, done.stdout + done.stderr
    assert [rule.partition("  ")[0].rpartition(":")[0] for rule in rules(done)] == [
        "app/views.py:16",
        "app/views.py:17",
    ]
    assert "6 calls: 6 checked" in done.stdout
    assert "in that environment: fastapi, starlette, typed_bg. " in done.stdout
    assert f"in that environment: {checker}. " in done.stdout


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_that_reports_nothing_has_to_prove_itself_on_the_stubs(
    checker: str, tmp_path: Path, empty: Path
) -> None:
    views = VIEWS.replace("from app.mail import send", "from app.gone import send")
    root = write(tmp_path, {**TREE, "app/views.py": views, "pyrefly.toml": 'preset = "default"\n'})
    done = check(root, "--no-cache", "--python", str(empty), checker=checker)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "failed" not in done.stdout


@pytest.mark.full
def test_an_installed_package_can_use_its_own_stubs(tmp_path: Path) -> None:
    """The stubs are then inside of site-packages, where mypy takes no search path."""
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=os.name != "nt")
    (site,) = [folder for folder in environment.rglob("site-packages") if folder.is_dir()]
    shutil.copytree(Path(typed_bg.__file__).parent, site / "typed_bg")
    root = write(tmp_path / "project", TREE)
    python = site.parents[2] / "bin/python" if os.name != "nt" else site.parents[1] / "python.exe"
    done = subprocess.run(  # noqa: S603
        [str(python), "-m", "typed_bg", "check", "--checker", "mypy", "--no-cache"],
        cwd=root,
        env=environ(PYTHONPATH=sysconfig.get_path("purelib")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "in that environment: fastapi, starlette. " in done.stdout
    assert "6 calls: 6 checked" in done.stdout


@pytest.mark.parametrize("folder", ["", "src"])
def test_a_stub_does_not_take_the_place_of_the_project(
    folder: str, tmp_path: Path, empty: Path
) -> None:
    """The repository of FastAPI itself, say: its own class counts."""
    own = (
        "class BackgroundTasks:\n    def add_task(self, func: object, *, when: int) -> None: ...\n"
    )
    views = (
        "from fastapi import BackgroundTasks\n\n\ndef later(tasks: BackgroundTasks) -> None:\n"
        "    tasks.add_task(print, when='never')\n"
    )
    root = write(tmp_path, {f"{folder}/fastapi/__init__.py".strip("/"): own, "views.py": views})
    done = check(root, "--no-cache", "--python", str(empty), checker="ty")
    assert "1 call skipped: 1 on another class (BackgroundTasks 1)" in done.stdout


def test_what_is_installed_is_not_missing(empty: Path, tmp_path: Path) -> None:
    assert missing_packages(Path(sys.executable), ()) == ()
    assert missing_packages(empty, ()) == ("fastapi", "starlette", "typed_bg")
    (tmp_path / "starlette").mkdir()
    assert missing_packages(empty, [tmp_path]) == ("fastapi", "typed_bg")


def test_packages_that_an_environment_finds_in_other_folders(tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=os.name != "nt")
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (site,) = [folder for folder in environment.rglob("site-packages") if folder.is_dir()]
    (tmp_path / "elsewhere/fastapi").mkdir(parents=True)
    (site / "more.pth").write_text(str(tmp_path / "elsewhere"))
    assert missing_packages(python, ()) == ("starlette", "typed_bg")


# The allowed differences: a default that makes a friendlier error, a metaclass for FastAPI.
ALLOWED = """\
typed_bg.background.BackgroundTask.__init__
typed_bg.background.BackgroundTasks.add_task
typed_bg.background.OnException
typed_bg.fastapi.CheckedBackgroundTasks
"""


@pytest.mark.full
def test_the_stubs_are_like_the_packages(tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    allowed.write_text(ALLOWED)
    packages = ("fastapi", "starlette", "typed_bg")
    done = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "mypy.stubtest", "--concise", "--ignore-missing-stub"),
            *("--ignore-disjoint-bases", "--allowlist", str(allowed), *packages),
        ],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": os.pathsep.join(map(str, copy_stubs(packages)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
