"""`--diff REV`: through git itself, and with a real checker."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from support.check_command import GOOD, HEAD, UNCHECKED, WRONG, check, write

if TYPE_CHECKING:
    from pathlib import Path

LATER = "def later(tasks: BackgroundTasks) -> None:\n"
TWO = f"{HEAD}{LATER}    tasks.add_task(send, 'a', 'b')\n    tasks.add_task(send, 'c', 'd')\n"
USER = f"from mail import send\n\n{HEAD.split('def send', maxsplit=1)[0]}{LATER}"
CALL = "    tasks.add_task(send, 'a', 1)\n"
TYPED = "def send(to: str, retries: int) -> None: ...\n"


def git(root: Path, *arguments: str) -> None:
    name = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
    subprocess.run(  # noqa: S603  # git itself
        ["git", *name, *arguments],  # noqa: S607  # likewise
        cwd=root,
        check=True,
        capture_output=True,
    )


def commit(root: Path, files: dict[str, str | bytes]) -> Path:
    write(root, files)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def found(root: Path, *options: str, code: int = 1) -> list[str]:
    done = check(root, "--no-cache", "--format", "json", "--diff", "HEAD", *options)
    assert done.returncode == code, done.stdout + done.stderr
    report = json.loads(done.stdout)
    return sorted(
        f"{place['path']}:{place['line']} {finding['rule']}"
        for finding in report["findings"]
        for place in (finding["place"], *(call["place"] for call in finding["calls"]))
    )


def test_only_the_changed_call(tmp_path: Path) -> None:
    root = commit(tmp_path, {"app.py": TWO, "other.py": UNCHECKED})
    assert found(root, code=0) == []
    write(root, {"app.py": TWO.replace("'d'", "'e'")})  # not committed
    assert found(root) == ["app.py:9 wrong-argument"]


def test_lines_that_only_move_are_not_reported(tmp_path: Path) -> None:
    root = commit(tmp_path, {"app.py": TWO})
    write(root, {"app.py": TWO.replace("\n\n\n", "\n\n\nVERSION = 1\n\n\n", 1)})
    assert found(root, code=0) == []


def test_a_new_file_and_line_ends(tmp_path: Path) -> None:
    root = commit(tmp_path, {"app.py": TWO.encode()})
    write(root, {"app.py": TWO.replace("\n", "\r\n").encode(), "new.py": WRONG})
    assert found(root) == ["new.py:8 wrong-argument"]


def test_a_call_that_a_change_elsewhere_makes_unchecked(tmp_path: Path) -> None:
    files = {"mail.py": TYPED, "user.py": USER + CALL, "old.py": WRONG}
    root = commit(tmp_path, {**files})
    write(root, {"mail.py": "from typing import Any\nsend: Any = None\n"})
    assert found(root) == ["user.py:7 unchecked-call"]


def test_a_renamed_file_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    service = tmp_path / "service"
    commit(tmp_path, {"service/pyproject.toml": "", "service/a b.py": WRONG, "top.py": WRONG})
    git(tmp_path, "mv", "service/a b.py", "service/mañana.py")
    assert found(service, code=0) == []
    path = service / "mañana.py"
    path.write_text(path.read_text("utf-8").replace("three", "four"), "utf-8")
    assert found(service) == ["mañana.py:8 wrong-argument"]


def test_nothing_is_written_into_the_repository(tmp_path: Path) -> None:
    root = commit(tmp_path, {"mail.py": TYPED, "user.py": USER + CALL, "old.py": WRONG})
    write(root, {"mail.py": "send = None\n"})

    def state() -> dict[str, bytes]:
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }

    before = state()
    check(root, "--no-cache", "--diff", "HEAD")
    assert {name for name, content in state().items() if before.get(name) != content} <= {
        ".git/index"  # in which git notes the times of files
    }


def test_a_checker_that_fails_on_the_revision(tmp_path: Path) -> None:
    broken = '[environment]\npython-version = "none"\n'
    root = commit(tmp_path, {"app.py": GOOD, "ty.toml": broken, "old.py": WRONG})
    write(root, {"ty.toml": ""})
    done = check(root, "--no-cache", "--diff", "HEAD")
    assert done.returncode == 2
    assert "--diff: ty failed on " in done.stdout
    assert "python-version" in done.stdout
    # Its silence about the old code does not hide a finding, either.
    assert "old.py:8" in done.stdout


def test_a_revision_with_a_broken_config(tmp_path: Path) -> None:
    root = commit(tmp_path, {"app.py": GOOD, "pyproject.toml": "[", "old.py": WRONG})
    write(root, {"app.py": GOOD})
    done = check(root, "--no-cache", "--diff", "HEAD")
    assert done.returncode == 2
    assert " cannot be checked, " in done.stderr


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    root = write(tmp_path / "plain", {"app.py": GOOD})
    done = check(root, "--diff", "main", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert done.returncode == 2
    assert f"--diff: {root} is not in" in done.stderr
    root = commit(tmp_path / "one", {"app.py": GOOD})
    done = check(root, "--diff", "nope")
    assert done.returncode == 2
    assert "not know the revision 'nope'" in done.stderr
    done = check(root, "--diff", "--output=x")
    assert done.returncode == 2
    assert not (root / "x").exists()
    git(root, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth=1", root.as_uri(), "shallow")
    done = check(tmp_path / "shallow", "--diff", "HEAD~1")
    assert done.returncode == 2
    assert "git fetch --unshallow" in done.stderr
    git(tmp_path / "shallow", "fetch", "-q", "--unshallow")
    assert check(tmp_path / "shallow", "--no-cache", "--diff", "HEAD~1").returncode == 0
    done = check(root, "--diff", "HEAD", "--baseline", "b.json", "--update-baseline")
    assert done.returncode == 2
    done = check(root, "--diff", "HEAD", PATH=str(tmp_path))
    assert done.returncode == 2
    assert "--diff needs git" in done.stderr
