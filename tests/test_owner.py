"""`nox -s owner -- NAME` sets the repository's owner everywhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEW = "new-owner-42"
_ABOUT_IT = (":!tests/test_owner.py", ":!docs_build/repository.py")

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git clone")


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", "-c", "core.autocrlf=false", *arguments],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the project's files as they are now; each test leaves it unchanged."""
    folder = tmp_path_factory.mktemp("copy")
    listed = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    _git(folder, "init", "-q")
    _git(folder, "add", "-A", "-f")
    return folder


def _set_owner(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/set_owner.py", *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def _current(folder: Path) -> str:
    found = re.search(r"github\.com/([\w-]+)/typed_bg", (folder / "pyproject.toml").read_text())
    assert found
    return found[1]


def _lines_with(text: str, folder: Path) -> list[str]:
    """Return the lines that contain a text, apart from those that are about a missing owner."""
    found = subprocess.run(  # noqa: S603
        ["git", "grep", "-nw", text, "--", ".", *_ABOUT_IT],  # noqa: S607
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert found.returncode in {0, 1}, found.stderr
    return found.stdout.splitlines()


def test_one_command_sets_the_owner_everywhere(copy: Path) -> None:
    before = _current(copy)
    links = _lines_with(f"{before}/typed_bg", copy)
    assert {line.partition(":")[0] for line in links} >= {
        ".github/ISSUE_TEMPLATE/config.yml",
        "docs/check.md",
        "pyproject.toml",
    }

    done = _set_owner(copy, NEW)
    assert done.returncode == 0, done.stderr
    assert _lines_with(f"{before}/typed_bg", copy) == []
    assert _lines_with("OWNER", copy) == []  # a place in any other form would stay
    assert len(_lines_with(f"{NEW}/typed_bg", copy)) == len(links)
    assert done.stdout.split() == _git(copy, "diff", "--name-only").split()

    done = _set_owner(copy, before)
    assert done.returncode == 0, done.stderr
    assert _git(copy, "diff", "--name-only") == ""


@pytest.mark.parametrize("names", [(), ("a", "b"), ("a/b",), ("-a",), ("a b",), ("",)])
def test_a_wrong_name_changes_nothing(names: tuple[str, ...], copy: Path) -> None:
    done = _set_owner(copy, *names)
    assert done.returncode == 1
    assert "nox -s owner" in done.stderr or "GitHub accepts" in done.stderr
    assert _git(copy, "diff", "--name-only") == ""
