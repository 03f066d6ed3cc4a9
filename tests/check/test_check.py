"""A check changes nothing in the project, and finds the same wherever the project is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.check_command import (
    COMMAND,
    GOOD,
    HEAD,
    UNCHECKED,
    WRONG,
    check,
    environ,
    listing,
    rules,
    start,
    write,
)

from typed_bg.check.project.cache_lock import own_cache

if TYPE_CHECKING:
    from pathlib import Path

ALL = ("mypy", "pyright", "basedpyright", "ty", "pyrefly", "zuban")

# Whoever imports or runs one of these files leaves a trace.
TRACE = """\
import pathlib
pathlib.Path({trace!r}, __name__).touch()
raise SystemExit("the checked code was run")
"""
PLUGIN = """\
from mypy.plugin import Plugin


def plugin(version):
    return Plugin
"""
MYPY = """\
[mypy]
plugins = tools/plugin.py
cache_dir = cache
linecount_report = reports
junit_xml = reports/junit.xml
"""


def _everything(folder: Path, trace: Path) -> Path:
    """Write a project that tempts the checkers to write into it, and the check to run it."""
    code = TRACE.format(trace=str(trace))
    return write(
        folder,
        {
            "pyproject.toml": '[tool.pyrefly]\npreset = "default"\n',
            "mypy.ini": MYPY,
            "pyrightconfig.json": "{}",
            ".basedpyright/baseline.json": '{"files": {}}\n',
            "tools/plugin.py": PLUGIN,
            "reports/old.txt": "old\n",
            "cache/old.txt": "old\n",
            "src/package/__init__.py": code,
            "src/package/app.py": f"{WRONG}\n{code}",
            "src/package/other.py": "x = 1\n",
            "lib/helper.py": "def helper() -> None: ...\n",
            **dict.fromkeys(("conftest.py", "setup.py", "sitecustomize.py"), code),
            # pyrefly would take it for the standard library's; Python 3.10 cannot be told not to.
            **({"json.py": code} if sys.version_info >= (3, 11) else {}),
        },
    )


def test_nothing_is_written_and_nothing_is_run(tmp_path: Path) -> None:
    trace, cache = tmp_path / "trace", tmp_path / "user's cache"
    trace.mkdir()
    root = _everything(tmp_path / "project", trace)
    before = listing(root)
    asked = [option for name in ALL for option in ("--checker", name)]
    options = ("--fail-on", "wrong", "--format", "json")
    done = start(root, "check", *asked, *options, XDG_CACHE_HOME=str(cache))
    assert listing(root) == before
    assert list(trace.iterdir()) == []
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert {run["name"]: run["failure"] for run in report["checkers"]} == dict.fromkeys(ALL)
    # mypy's cache was kept, elsewhere.
    assert any(cache.rglob("*.json")) or any(cache.rglob("*.db"))


def test_the_trace_would_be_seen(tmp_path: Path) -> None:
    """The test above can fail."""
    code = TRACE.format(trace=str(tmp_path))
    root = write(tmp_path / "project", {"app.py": code})
    before = listing(root)
    subprocess.run([sys.executable, "-m", "app"], cwd=root, check=False, env=environ())
    assert (tmp_path / "__main__").is_file()
    (root / "new").touch()
    assert listing(root) != before


def test_the_users_folders_are_not_the_projects(tmp_path: Path) -> None:
    """A folder for temporary files inside the project is rejected."""
    root = write(tmp_path, {"app.py": GOOD, "tmp/README": ""})
    done = check(root, TMPDIR=str(root / "tmp"))
    assert done.returncode == 2
    assert "TMPDIR" in done.stderr
    # Not the times: Python itself tries whether it can write there.
    assert sorted(listing(root)) == [".", "app.py", "pyproject.toml", "tmp", "tmp/README"]


@pytest.mark.parametrize("where", ["root", "beside", "below", "link", "file"])
def test_where_it_is_run(where: str, tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"pkg/__init__.py": "", "pkg/app.py": WRONG, "b.py": WRONG})
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    (tmp_path / "beside").mkdir()
    arguments = {
        "root": (root, []),
        "beside": (tmp_path / "beside", ["../project/pkg"]),
        "below": (root / "pkg", ["."]),
        "link": (tmp_path, ["link", "--exclude", "b.py"]),
        "file": (tmp_path, [str(tmp_path / "link" / "pkg" / "app.py")]),
    }
    shown = {"beside": "../project", "below": "..", "link": "project", "file": "project"}
    cwd, options = arguments[where]
    done = check(cwd, *options)
    found = ["pkg/app.py:8:31  error[wrong-argument]"]
    if where == "root":
        found.insert(0, "b.py:8:31  error[wrong-argument]")
    assert rules(done) == found
    said = f"project: {shown[where]}; " if where in shown else "environment: "
    assert done.stdout.startswith(said)


def test_a_link_that_leads_out_of_the_project(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"app.py": WRONG})
    root = write(tmp_path / "project", {"a.py": GOOD})
    (root / "linked.py").symlink_to(tmp_path / "elsewhere" / "app.py")
    assert rules(check(root)) == ["linked.py:8:31  error[wrong-argument]"]


@pytest.mark.parametrize("checker", ["ty", "zuban", "mypy"])
def test_files_of_all_kinds(checker: str, tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "crlf.py": WRONG.replace("\n", "\r\n"),
            "mark.py": b"\xef\xbb\xbf" + WRONG.encode(),
            "both.py": b"\xef\xbb\xbf" + WRONG.replace("\n", "\r\n").encode(),
            "umläut.py": WRONG.replace('"a"', '"ä"'),
            "tabs.py": WRONG.replace("    ", "\t"),
        },
    )
    done = check(root, checker=checker, XDG_CACHE_HOME=str(tmp_path / ".cache"))
    assert rules(done) == [
        "both.py:8:31  error[wrong-argument]",
        "crlf.py:8:31  error[wrong-argument]",
        "mark.py:8:31  error[wrong-argument]",
        "tabs.py:8:28  error[wrong-argument]",
        "umläut.py:8:31  error[wrong-argument]",
    ]


def test_a_file_with_spaces_in_its_name(tmp_path: Path) -> None:
    root = write(tmp_path / "my project", {"a b.py": WRONG})
    assert "a b.py:8:31  error[wrong-argument]" in check(root).stdout


@pytest.mark.full
def test_mypys_cache_is_never_stale(tmp_path: Path) -> None:
    """A file is rewritten at the same size in quick succession, and two runs go on at once."""
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    right = WRONG.replace('"three"', "3333333")
    assert len(right) == len(WRONG)
    root = write(tmp_path / "project", {"app.py": right, "other.py": GOOD})
    assert check(root, checker="mypy", **cache).returncode == 0
    before = listing(tmp_path / "cache")
    assert len(before) > 2
    (root / "app.py").write_text(WRONG, "utf-8")
    first, second = (
        subprocess.Popen(  # noqa: S603
            [*COMMAND, "--checker", "mypy"],
            cwd=root,
            env=environ(**cache),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    )
    for process in (first, second):
        stdout, _ = process.communicate(timeout=120)
        assert process.returncode == 1, stdout
        assert "app.py:8:31  error[wrong-argument]" in stdout
    (root / "app.py").write_text(right, "utf-8")
    assert check(root, checker="mypy", **cache).returncode == 0
    shutil.rmtree(tmp_path / "cache")
    assert check(root, "--no-cache", checker="mypy", **cache).returncode == 0
    assert not (tmp_path / "cache").exists()


@pytest.mark.full
def test_two_runs_never_use_one_cache_at_once(tmp_path: Path) -> None:
    """mypy writes its files one after the other: one could read a mixture of two versions."""
    root = write(tmp_path / "project", {"app.py": WRONG})
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert check(root, checker="mypy", **cache).returncode == 1
    (lock,) = (tmp_path / "cache").rglob("*.lock")
    (kept,) = (entry for entry in lock.parent.iterdir() if entry.is_dir())
    shutil.rmtree(kept)
    with own_cache(lock.parent) as own:
        assert own == lock.parent
        assert check(root, checker="mypy", **cache).returncode == 1
        assert not kept.exists()
    assert check(root, checker="mypy", **cache).returncode == 1
    assert kept.exists()


FORWARDER = f"""{HEAD}from collections.abc import Callable
from typing import Any


def later(tasks: BackgroundTasks, func: Callable[..., Any], *args: Any) -> None:
    tasks.add_task(func, *args)
"""
CALLER = """\
from starlette.background import BackgroundTasks

from app import later, send


def call(tasks: BackgroundTasks) -> None:
    later(tasks, send, "a")
"""


def test_an_untyped_forwarder_names_its_callers(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": FORWARDER, "caller.py": CALLER})
    done = check(root)
    assert done.returncode == 1
    assert "warning[untyped-forwarder]" in done.stdout
    assert "caller.py:7:5" in done.stdout


THREAD = """\
import asyncio


def work(number: int) -> None: ...


async def main() -> None:
    await asyncio.to_thread(work, "one")
"""
OWN = f"""{HEAD}import asyncio
from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")


class Queue:
    def push(self, name: str, func: Callable[P, None], *args: P.args, **kw: P.kwargs) -> None: ...


def call(queue: Queue, tasks: BackgroundTasks) -> None:
    tasks.add_task(send, "a", 1)
    queue.push("name", send, "a", "three")
"""


@pytest.mark.parametrize("checker", ["ty", "zuban"])
def test_other_forwarders(checker: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"thread.py": THREAD, "own.py": OWN})
    alone = check(root, checker=checker)
    assert alone.returncode == 0, alone.stdout
    assert "1 call in 2 files" in alone.stdout
    done = check(root, "--also", "asyncio.to_thread", "--also", "own.Queue.push:1", checker=checker)
    assert done.returncode == 1
    assert "3 calls in 2 files" in done.stdout
    assert [found.split(":")[:2] for found in rules(done)] == [["own.py", "20"], ["thread.py", "8"]]


def test_a_call_that_no_checker_sees(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": UNCHECKED})
    done = check(root, "--checker", "zuban")
    assert done.returncode == 1
    assert "not checked by ty, zuban" in done.stdout
    assert "because:" in done.stdout
    assert "fix:" in done.stdout
