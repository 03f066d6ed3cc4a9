"""Exit codes, of the command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.check_command import ARITY_ONLY, GOOD, HEAD, UNCHECKED, WRONG, check, environ, write
from support.samples import only

FAILING = f"""#!{sys.executable}
import sys
if "--version" in sys.argv:
    print("ty 0.0.105")
else:
    sys.exit("ty panicked")
"""


@pytest.mark.parametrize(
    ("text", "fail_on", "code"),
    [
        (GOOD, "arity-only", 0),
        (WRONG, "wrong", 1),
        (UNCHECKED, "wrong", 0),
        (UNCHECKED, "unchecked", 1),
        (UNCHECKED, None, 1),
        (ARITY_ONLY, None, 0),
        (ARITY_ONLY, "arity-only", 1),
    ],
)
def test_what_fails(text: str, fail_on: str | None, code: int, tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": text})
    done = check(root, *(() if fail_on is None else ("--fail-on", fail_on)))
    assert done.returncode == code, done.stdout


def _environment(folder: Path, **programs: str) -> Path:
    """Make an environment without packages, in which some checkers are what is given."""
    scripts = folder / "bin"
    scripts.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix, 'bin')}\n", "utf-8")
    (scripts / "python").symlink_to(Path(sys.executable).resolve())
    packages = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    (folder / packages).mkdir(parents=True)
    for name, text in programs.items():
        program = scripts / name
        program.write_text(text, "utf-8")
        program.chmod(0o755)
    return folder


def test_a_checker_that_fails_is_not_clean(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app.py": GOOD})
    python = str(_environment(tmp_path / "env", ty=FAILING))
    done = check(root, "--python", python)
    assert done.returncode == 2
    assert "ty panicked" in done.stdout
    assert "Could not check: ty failed." in done.stdout
    # What another one finds does not make it 1: it is not all that there is.
    write(root, {"app.py": WRONG})
    assert check(root, "--python", python, "--checker", "zuban").returncode == 2


def test_a_config_that_a_checker_cannot_read_is_not_clean(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": GOOD, "mypy.ini": "[mypy\nstrict = true\n"})
    done = check(root, checker="mypy")
    assert done.returncode == 2
    assert "mypy.ini" in done.stdout + done.stderr


def test_a_required_checker_has_to_have_worked(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app.py": GOOD})
    assert check(root, "--require", "ty").returncode == 0
    # It is asked, even if others were chosen.
    both = check(root, "--require", "zuban", "--format", "json")
    assert both.returncode == 0
    assert [run["name"] for run in json.loads(both.stdout)["checkers"]] == ["ty", "zuban"]
    python = str(_environment(tmp_path / "env", ty=FAILING))
    failed = check(root, "--require", "ty", "--python", python, checker="zuban")
    assert failed.returncode == 2
    assert "ty panicked" in failed.stdout


def test_a_required_checker_that_is_not_installed_is_said(tmp_path: Path) -> None:
    """With an environment for the command itself in which there is no checker at all."""
    root = write(tmp_path / "project", {"app.py": GOOD})
    own = _environment(tmp_path / "own")
    options = ("--require", "pyrefly", "--python", str(_environment(tmp_path / "env")))
    done = subprocess.run(  # noqa: S603
        [str(own / "bin/python"), "-m", "typed_bg", "check", *options],
        cwd=root,
        env=environ(PYTHONPATH=os.pathsep.join(sys.path), PATH="/nowhere"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    said = done.stdout + done.stderr
    assert "pip install" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "to check in 1 Python"),
        (
            f'{HEAD}from rich.progress import Progress\n\nProgress().add_task("a")\n',
            "none of the calls",
        ),
    ],
)
def test_nothing_to_check_is_not_clean_unless_it_may_be(
    text: str, said: str, tmp_path: Path
) -> None:
    root = write(tmp_path, {"app.py": text})
    done = check(root)
    assert done.returncode == 2
    assert said in done.stdout
    assert check(root, "--allow-empty").returncode == 0


def test_a_file_that_may_hold_calls_and_cannot_be_read_is_not_clean(tmp_path: Path) -> None:
    broken = f"{GOOD}\ndef (\n"
    files: dict[str, str | bytes] = {
        "broken.py": broken,
        "null.py": f"{GOOD}# \0\n",
        "latin.py": f"{GOOD}# ".encode() + b"\xe9\n",
    }
    root = write(tmp_path, {"app.py": GOOD, **files})
    done = check(root)
    assert done.returncode == 2
    for place in ("broken.py:10", "null.py:9", "latin.py:9"):
        assert f"{place} " in done.stdout
    (root / files.popitem()[0]).unlink()  # ty itself fails on such a file
    left_out = [option for name in files for option in ("--exclude", name)]
    assert check(root, *left_out).returncode == 0
    # That it may be empty does not make it readable.
    (root / "app.py").unlink()
    assert check(root, "--allow-empty").returncode == 2
    for name in files:
        (root / name).unlink()
    # No call can be in a file that names none.
    write(root, {"app.py": GOOD, "broken.py": "def (\n"})
    assert check(root).returncode == 0


def test_a_notebook_is_said(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {
        "cells": [{**cell, "source": ["t.add_task(f)  # type: ignore"]}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    root = write(tmp_path, {"app.py": GOOD, "a.ipynb": json.dumps(notebook)})
    done = check(root)
    assert done.returncode == 0
    assert "a.ipynb" in done.stdout
    assert "notebooks are not checked" in done.stdout


OTHERS = """\
class Pool:
    def add_task(self, name: str) -> None: ...


def call(pool: Pool, other):
    pool.add_task("a")
    other.add_task(print)
"""


@pytest.mark.parametrize(
    "checker", only(["ty", "zuban", "pyrefly", "mypy", "pyright"], "ty".__eq__)
)
def test_an_environment_without_starlette_may_be_that_of_a_project_without_it(
    checker: str, tmp_path: Path
) -> None:
    """That there is no call to check is then no failure of the checker."""
    config = '[tool.pyrefly]\npreset = "default"\n'  # without one, pyrefly tells no types
    root = write(tmp_path / "project", {"app.py": OTHERS, "pyproject.toml": config})
    python = ("--python", str(_environment(tmp_path / "env")))
    done = check(root, *python, checker=checker)
    assert done.returncode == 2, done.stdout
    assert "none of the calls" in done.stdout
    assert "failed" not in done.stdout
    assert check(root, *python, "--allow-empty", checker=checker).returncode == 0
    # Where the code asks for Starlette, the calls are checked against the bundled signatures.
    write(root, {"app.py": GOOD, "pyproject.toml": config})
    done = check(root, *python, checker=checker)
    assert done.returncode == 0, done.stdout
    assert f"is checked by {checker}: 1 call" in done.stdout
