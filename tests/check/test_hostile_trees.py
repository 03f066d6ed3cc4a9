"""A hostile tree ends in a report, and the rest of it is checked."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.check_command import COMMAND, GOOD, WRONG, check, environ, write
from support.unprivileged import UNPRIVILEGED, needs_unprivileged

if TYPE_CHECKING:
    from pathlib import Path


@needs_unprivileged
def test_what_cannot_be_read_is_reported_and_the_rest_is_checked(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            ".git/HEAD": "",
            "app.py": WRONG,
            "rot13.py": "# coding: rot13\n" + GOOD,
            "locked/app.py": GOOD,
            "locked/pyproject.toml": "",
            "unreadable.py": GOOD,
            "a\n::error::b.py": GOOD,
        },
    )
    for name in ("locked", "unreadable.py"):
        (root / name).chmod(0)
    command = [*UNPRIVILEGED, *COMMAND, "--checker", "ty"]
    done = subprocess.run(  # noqa: S603
        command, cwd=root, env=environ(), capture_output=True, text=True, check=False
    )
    (root / "locked").chmod(0o700)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "app.py:8:" in done.stdout
    assert "locked: " in done.stdout
    assert "rot13.py:1 " in done.stdout
    assert "unreadable.py " in done.stdout
    assert r"a\n::error::b.py: " in done.stdout
    assert not any(line.lstrip().startswith("::") for line in done.stdout.splitlines())
    # The fix in the message.
    exclude = [f"--exclude={name}" for name in ("rot13.py", "unreadable.py")]
    again = subprocess.run(  # noqa: S603
        [*command, *exclude], cwd=root, env=environ(), capture_output=True, text=True, check=False
    )
    assert again.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in folders")
@pytest.mark.parametrize(
    "name", ["pyrightconfig.json", "mypy.ini", "pyproject.toml", "ty.toml", ".gitignore", "req.txt"]
)
def test_a_named_pipe_with_the_name_of_a_config_does_not_hang(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(GOOD, "utf-8")
    os.mkfifo(tmp_path / name)
    done = check(tmp_path)
    if done.returncode:
        assert done.returncode == 2
        assert f"{name} cannot be read: [Errno 22] not a regular file" in done.stderr
