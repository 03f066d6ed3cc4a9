"""`--diff REV` in a repository with submodules, through git itself and with a real checker."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.check_command import GOOD, HEAD, WRONG, check, write

if TYPE_CHECKING:
    from pathlib import Path

LATER = "def later(tasks: BackgroundTasks) -> None:\n"
USER = f"from lib.mail import send\n\n{HEAD.split('def send', maxsplit=1)[0]}{LATER}"
CALL = "    tasks.add_task(send, 'a', 1)\n"
TYPED = "def send(to: str, retries: int) -> None: ...\n"
UNTYPED = "from typing import Any\nsend: Any = None\n"


def git(root: Path, *arguments: str) -> str:
    settings = ("user.name=a", "user.email=a@example.org", "protocol.file.allow=always")
    options = [word for setting in settings for word in ("-c", setting)]
    done = subprocess.run(  # noqa: S603  # git itself
        ["git", *options, *arguments],  # noqa: S607  # likewise
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def commit(root: Path, files: dict[str, str]) -> Path:
    write(root, files)
    if not (root / ".git").exists():
        git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "files")
    return root


def findings(root: Path, *options: str) -> tuple[list[str], list[str]]:
    done = check(root, "--no-cache", "--format", "json", "--diff", *(options or ("HEAD",)))
    report = json.loads(done.stdout)
    places = sorted(
        f"{place['path']}:{place['line']} {finding['rule']}"
        for finding in report["findings"]
        for place in (finding["place"], *(call["place"] for call in finding["calls"]))
    )
    assert done.returncode == bool(places), done.stdout + done.stderr
    return places, [note for note in report["notes"] if "submodule" in note]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a submodule in `lib`, which has one in `lib/deep`."""
    deep = commit(tmp_path / "deep", {"old.py": WRONG})
    lib = commit(tmp_path / "lib", {"__init__.py": "", "mail.py": TYPED, "old.py": WRONG})
    git(lib, "submodule", "add", "-q", deep.as_uri(), "deep")
    git(lib, "commit", "-qm", "submodule")
    project = commit(tmp_path / "project", {"user.py": USER + CALL, "old.py": WRONG})
    git(project, "submodule", "add", "-q", lib.as_uri(), "lib")
    git(project, "submodule", "update", "-q", "--init", "--recursive")
    return commit(project, {})


@pytest.mark.full
def test_what_is_old_in_a_submodule_is_not_reported(root: Path) -> None:
    assert findings(root) == ([], [])
    write(root, {"user.py": USER + CALL.replace("'a'", "'b'")})
    assert findings(root) == ([], [])


def test_what_is_changed_in_a_submodule_is_reported(root: Path) -> None:
    write(root, {"lib/old.py": WRONG.replace("three", "four")})
    assert findings(root) == (["lib/old.py:8 wrong-argument"], [])
    commit(root / "lib", {"new.py": WRONG})
    commit(root, {})  # the submodule's new commit
    changed = ["lib/new.py:8 wrong-argument", "lib/old.py:8 wrong-argument"]
    assert findings(root, "HEAD~1") == (changed, [])
    assert findings(root) == ([], [])
    write(root, {"lib/deep/new.py": WRONG})  # nor does git know it there
    assert findings(root) == (["lib/deep/new.py:8 wrong-argument"], [])


@pytest.mark.full
def test_what_a_submodule_makes_unchecked_is_reported(root: Path) -> None:
    commit(root / "lib", {"mail.py": UNTYPED})
    assert findings(root) == (["user.py:7 unchecked-call"], [])
    commit(root, {})
    assert findings(root, "HEAD~1") == (["user.py:7 unchecked-call"], [])


@pytest.mark.full
def test_all_of_a_new_submodule_is_new(root: Path) -> None:
    git(root, "submodule", "add", "-q", (root.parent / "lib").as_uri(), "other")
    git(root, "submodule", "update", "-q", "--init", "--recursive")
    new = ["other/deep/old.py:8 wrong-argument", "other/old.py:8 wrong-argument"]
    assert findings(root) == (new, [])


@pytest.mark.full
def test_a_submodule_that_was_removed(root: Path) -> None:
    git(root, "rm", "-q", "-f", "lib")
    places, notes = findings(root)
    assert places == []
    (note,) = notes
    assert note.startswith("--diff: lib was a submodule ")


def test_a_submodule_that_is_not_checked_out(root: Path) -> None:
    git(root, "submodule", "deinit", "-q", "-f", "--all")
    write(root, {"new.py": GOOD})
    assert findings(root) == ([], [])


@pytest.mark.full
def test_a_commit_of_a_submodule_that_is_not_in_the_clone(root: Path, tmp_path: Path) -> None:
    commit(tmp_path / "lib", {"mail.py": UNTYPED, "new.py": WRONG})
    git(root / "lib", "pull", "-q", (tmp_path / "lib").as_uri(), "HEAD")
    commit(root, {})
    git(tmp_path, "clone", "-q", root.as_uri(), "clone")
    clone = tmp_path / "clone"
    git(clone, "submodule", "update", "-q", "--init", "--depth=1", "lib")
    places, notes = findings(clone, "HEAD~1")
    assert places == ["lib/new.py:8 wrong-argument", "lib/old.py:8 wrong-argument"]
    (note,) = notes
    _, fix, _ = note.rsplit("`", 2)
    command = fix.split()
    assert command[0] == "git"
    git(clone, *command[1:])
    now = ["lib/new.py:8 wrong-argument", "user.py:7 unchecked-call"]
    assert findings(clone, "HEAD~1") == (now, [])
