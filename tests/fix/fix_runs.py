"""Run `typed-bg fix`, and the check that has to confirm it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.check_command import run

if TYPE_CHECKING:
    from pathlib import Path


def fix(root: Path, *options: str) -> dict[str, Any]:
    """Run the command and return what it reports."""
    done = run(root, "fix", "--format", "json", *options, timeout=600)
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def unchecked(root: Path, *options: str) -> list[str]:
    """Return what `typed-bg check` finds."""
    done = run(root, "check", "--format", "json", *options, timeout=600)
    assert done.returncode in {0, 1}, done.stderr
    return [str(finding) for finding in json.loads(done.stdout)["findings"]]
