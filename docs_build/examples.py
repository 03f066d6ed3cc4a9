"""Runs examples while the site is built, and shows their output."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 60


def output(root: Path, example: str) -> str:
    """Run an example, and return its output as a Markdown code block.

    Args:
        root: The repository. Printed paths are relative to it.
        example: The path of the example in docs_src/.

    Raises:
        RuntimeError: The example failed.
    """
    module = example.removesuffix(".py").replace("/", ".")
    ended = subprocess.run(  # noqa: S603  # our own example
        [sys.executable, "-W", "ignore", "-m", f"docs_src.{module}"],
        cwd=root,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,
    )
    if ended.returncode:
        msg = f"docs_src/{example} ended with {ended.returncode}:\n{ended.stderr}"
        raise RuntimeError(msg)
    text = ended.stdout.replace(f"{root}{os.sep}", "").strip()
    return f"```text\n{text}\n```\n"
