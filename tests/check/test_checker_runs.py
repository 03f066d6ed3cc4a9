"""What each checker is started on: the files that contain calls, from the folder of its config.

Each tree here is one on which a checker that is started on the whole of it stops, or sees less.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from support.check_command import GOOD, WRONG, check, rules, write
from support.samples import only

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
SIX = ("mypy", "pyright", "basedpyright", "ty", "pyrefly", "zuban")
PYPROJECT = "[project]\nname = 'app'\n"
PYREFLY = 'preset = "default"\n'
CALLER = (
    "from starlette.background import BackgroundTasks\n\nfrom {module} import send\n\n\n"
    "def later(tasks: BackgroundTasks) -> None:\n    tasks.add_task(send, 'a', 3)\n"
)


def verdicts(root: Path, *options: str, checker: str | None, code: int = 0) -> dict[str, str]:
    """Return each checker's verdict about the calls, one file a call, as `file checker`."""
    done = check(root, "--no-cache", "--format", "json", *options, checker=checker)
    assert done.returncode == code, done.stdout + done.stderr
    return {
        f"{site['place']['path']} {judgement['checker']}": judgement["verdict"]
        for site in json.loads(done.stdout)["calls"]
        for judgement in site["judgements"]
    }


# What stops `mypy .`, or makes it look elsewhere.
TREES = {
    "two modules of one name, both with calls": {
        "tests/unit/test_send.py": GOOD,
        "tests/integration/test_send.py": GOOD,
    },
    "two modules of one name without calls": {
        "app.py": GOOD,
        "examples/a/main.py": "",
        "examples/b/main.py": "",
    },
    "a folder with a dash that claims to be a package": {
        "my-app/__init__.py": "",
        "my-app/a.py": GOOD,
    },
    "such a folder without calls": {"app.py": GOOD, "my-app/__init__.py": "", "my-app/a.py": ""},
    "a namespace package that is imported": {
        "app/mail.py": GOOD,
        "app/views.py": CALLER.format(module="app.mail"),
    },
    "a syntax error in a file that no call needs": {
        "app.py": GOOD,
        "examples/old.py": "print 'a'\n",
    },
    "a syntax error in a file that is imported": {
        "app.py": f"import old\n{GOOD}",
        "old.py": "print 'a'\n",
    },
    "a template in the tree": {"app.py": GOOD, "{{ name }}/main.py": "import {{ name }}\n"},
    "a module of the standard library's name": {"app/views.py": GOOD, "app/types.py": ""},
    "carriage returns": {"app.py": GOOD.replace("\n", "\r\n")},
    "stubs beside sources": {"app.py": GOOD, "fast.pyx": "cdef int x\n", "fast.pyi": "x: int\n"},
}


@pytest.mark.parametrize("tree", only(TREES, "two modules of one name without calls".__eq__))
def test_mypy_works_on_trees_that_stop_it_as_a_whole(tree: str, tmp_path: Path) -> None:
    found = verdicts(write(tmp_path, TREES[tree]), checker="mypy")
    assert found
    assert set(found.values()) == {"checked"}


@pytest.mark.full
def test_what_is_done_to_get_past_a_stop_is_said(tmp_path: Path) -> None:
    tree = TREES["a syntax error in a file that is imported"]
    done = check(write(tmp_path, tree), "--no-cache", checker="mypy")
    assert re.search(r"mypy: .* are Any: old\.py:1: ", done.stdout)


@pytest.mark.full
def test_mypy_finds_what_it_would_find_from_the_whole_tree(tmp_path: Path) -> None:
    """`jobs` is a top-level module, since the folder is no package; nothing else says where."""
    files = {"lib/jobs.py": GOOD, "web/app.py": CALLER.format(module="jobs")}
    found = verdicts(write(tmp_path, files), checker="mypy")
    assert set(found.values()) == {"checked"}


@pytest.mark.parametrize("checker", SIX)
def test_a_file_that_the_config_leaves_out_stays_out(checker: str, tmp_path: Path) -> None:
    """A checker would check an excluded file if its command line named it."""
    config = {
        "mypy": ("mypy.ini", "[mypy]\nexclude = ^old/\n"),
        "zuban": ("mypy.ini", "[mypy]\nexclude = ^old/\n"),
        "pyright": ("pyrightconfig.json", '{"include": ["new"]}'),
        "basedpyright": ("pyrightconfig.json", '{"exclude": ["old"]}'),
        "ty": ("ty.toml", '[src]\nexclude = ["old"]\n'),
        "pyrefly": ("pyrefly.toml", f'{PYREFLY}project-excludes = ["old/**"]\n'),
    }[checker]
    files = {"new/a.py": GOOD, "old/b.py": GOOD, config[0]: config[1]}
    found = verdicts(write(tmp_path, files), checker=checker, code=1)
    assert found == {f"new/a.py {checker}": "checked", f"old/b.py {checker}": "unchecked"}


@pytest.mark.full
def test_mypy_checks_an_excluded_file_that_is_imported(tmp_path: Path) -> None:
    """As it does without us, even though the file that imports it holds no call."""
    files = {
        "app/__init__.py": "",
        "app/main.py": "import app.old.b\n",
        "app/old/__init__.py": "",
        "app/old/b.py": GOOD,
        "mypy.ini": "[mypy]\nexclude = app/old/\n",
    }
    assert set(verdicts(write(tmp_path, files), checker="mypy").values()) == {"checked"}


@pytest.mark.full
def test_mypy_is_left_to_its_config_where_that_names_the_files(tmp_path: Path) -> None:
    files = {"new/a.py": GOOD, "old/b.py": GOOD, "mypy.ini": "[mypy]\nfiles = new\n"}
    found = verdicts(write(tmp_path, files), checker="mypy", code=1)
    assert found == {"new/a.py mypy": "checked", "old/b.py mypy": "unchecked"}


@pytest.mark.full
def test_mypy_is_started_on_all_if_its_config_skips_imports(tmp_path: Path) -> None:
    """Else it would take nothing from a module of the project that holds no call."""
    mail = "def send(to: str, retries: int) -> None: ...\n"
    config = "[mypy]\nfollow_imports = skip\n[mypy-starlette.*]\nfollow_imports = normal\n"
    files = {"mail.py": mail, "app.py": CALLER.format(module="mail"), "mypy.ini": config}
    found = verdicts(write(tmp_path, files), checker="mypy")
    assert set(found.values()) == {"checked"}


# One run, several folders.
def test_a_config_below_applies_to_the_files_below_it(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "app.py": GOOD,
        "ty.toml": "",
        "backend/zuban.py": "",
        "backend/pyproject.toml": "[tool.zuban]\n",
        "backend/jobs/__init__.py": "",
        "backend/jobs/mail.py": GOOD,
        "backend/web/views.py": CALLER.format(module="jobs.mail"),
    }
    found = verdicts(write(tmp_path, files), checker=None)
    assert found == {
        "app.py ty": "checked",
        "backend/jobs/mail.py zuban": "checked",
        "backend/web/views.py zuban": "checked",
    }


@pytest.mark.full
def test_one_checker_in_two_folders_is_one_in_the_report(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        **{f"{name}/pyproject.toml": "[tool.ty]\n" for name in ("a", "b")},
        "a/main.py": GOOD,
        "b/main.py": WRONG,
    }
    root = write(tmp_path, files)
    done = check(root, "--format", "json", checker=None)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert [(run["name"], run["config"]) for run in report["checkers"]] == [
        ("ty", "a/pyproject.toml, b/pyproject.toml")
    ]
    assert [rule.split(":")[0] for rule in rules(check(root, checker=None))] == ["b/main.py"]
    assert "a: ty: pyproject.toml:1 configures it" in check(root, checker=None).stdout


def test_a_project_below_is_checked_from_its_own_folder(tmp_path: Path) -> None:
    """Where the repository's top is none: ty and zuban look for modules in the project's folder."""
    (tmp_path / ".git").mkdir()
    files = {
        "backend/pyproject.toml": PYPROJECT,
        "backend/app/__init__.py": "",
        "backend/app/mail.py": GOOD,
        "backend/app/views.py": CALLER.format(module="app.mail"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert set(verdicts(tmp_path, checker="ty").values()) == {"checked"}


def test_settings_below_choose_the_checkers_there(tmp_path: Path) -> None:
    below = "[tool.typed_bg]\ncheckers = ['zuban']\n[tool.ty]\n"
    files = {
        "pyproject.toml": "[tool.ty]\n",
        "a.py": GOOD,
        "b/c.py": GOOD,
        "b/pyproject.toml": below,
    }
    assert set(verdicts(write(tmp_path, files), checker=None)) == {"a.py ty", "b/c.py zuban"}


# Checkers that are only installed.
@pytest.fixture
def broken_pyright(tmp_path: Path) -> Path:
    """The interpreter of an environment like this one, in which pyright does not start."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True, with_pip=False)
    packages = sysconfig.get_path("purelib", vars={"base": str(folder)})
    Path(packages, "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    program = folder / "bin/pyright"
    program.write_text("#!/bin/sh\necho 1.0.0\n[ $1 = --version ]\n", encoding="utf-8")
    program.chmod(0o755)
    return folder / "bin/python"


@ON_POSIX
@pytest.mark.full
def test_a_checker_that_is_only_installed_never_ends_the_check(
    broken_pyright: Path, tmp_path: Path
) -> None:
    root = write(tmp_path / "project", {"app.py": GOOD})
    options = ("--python", str(broken_pyright))
    done = check(root, *options, checker=None)
    assert done.returncode == 0
    assert "pyright failed and was skipped" in done.stdout
    assert "is checked by basedpyright" in done.stdout  # the next of those that are
    everything = check(root, *options, "--no-cache", checker="all")
    assert everything.returncode == 0
    assert "pyright failed and was skipped" in everything.stdout
    assert everything.stdout.count(" 1 call: ") == 5

    required = check(root, *options, "--require", "pyright", checker=None)
    assert required.returncode == 2
    write(root, {"pyproject.toml": "[tool.pyright]\n"})
    assert check(root, *options, checker=None).returncode == 2  # now the project uses it


@ON_POSIX
def test_a_check_in_which_nothing_works_is_none(broken_pyright: Path, tmp_path: Path) -> None:
    for name in SIX[2:] + SIX[:1]:
        shutil.copy(broken_pyright.with_name("pyright"), broken_pyright.with_name(name))
    root = write(tmp_path / "project", {"app.py": GOOD})
    done = check(root, "--python", str(broken_pyright), checker=None)
    assert done.returncode == 2
