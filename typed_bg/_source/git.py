"""git, started so that it runs no program that a repository names."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def run_git(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run git to its end, whatever its exit code is.

    Args:
        folder: Where it runs.
        arguments: Its command and options.
        environ: Variables that are added to the environment.

    Raises:
        FileNotFoundError: It is not installed.
    """
    settings = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    return subprocess.run(  # noqa: S603  # git itself, with no text of the project
        ["git", *settings, *arguments],  # noqa: S607  # as it is on the path
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        check=False,
    )
