"""A small project, to measure how long `typed-bg check` takes until its first checker starts.

The checker is a script that kills the process that starts it: then the time is over.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Generator

_APP = """\
from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def send_email(to: str, subject: str) -> None: ...


@app.post("/signup")
async def signup(tasks: BackgroundTasks) -> None:
    tasks.add_task(send_email, "a@example.org", subject="Hello")
"""
_CHECKER = """\
#!/bin/sh
[ "$1" = --version ] && echo "ty 1.0.0" || kill -9 $PPID
"""


@contextmanager
def checked_project() -> Generator[Path, None, None]:
    """Write the project, with an environment of its own, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="typed_bg_bench_") as scratch:
        root, temporary = Path(scratch, "project"), Path(scratch, "temporary")
        programs = root / ".venv" / "bin"
        for folder in (programs, temporary):
            folder.mkdir(parents=True)
        (root / "pyproject.toml").write_text("[tool.ty]\n", "utf-8")
        (root / "app.py").write_text(_APP, "utf-8")
        (root / ".venv" / "pyvenv.cfg").touch()
        (programs / "python").symlink_to(sys.executable)
        checker = programs / "ty"
        checker.write_text(_CHECKER, "utf-8")
        checker.chmod(0o755)
        # Killed, it leaves its copies of the project there.
        with patch.dict(os.environ, TMPDIR=str(temporary)):
            os.environ.pop("VIRTUAL_ENV", None)  # its checkers would be used
            yield root
