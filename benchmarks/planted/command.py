"""Run typed-bg on an unpacked package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def json_of(command: str, *options: str, tree: Path, python: Path, cache: Path) -> dict[str, Any]:
    """Return what a command of typed-bg prints as JSON. It ends the program without a result.

    Args:
        command: The command, such as `check`.
        options: Its other options, among them `--checker`.
        tree: The package.
        python: The environment.
        cache: The folder for caches.
    """
    whole = [sys.executable, "-m", "typed_bg", command, "--format", "json", *options]
    whole += ["--python", str(python), "--timeout", "900"]
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        whole,
        cwd=tree,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
    )
    if not ended.stdout:
        sys.exit(f"{tree.name}: {' '.join(whole)}: {ended.stderr}")
    found: dict[str, Any] = json.loads(ended.stdout)
    return found
