"""What the benchmarks do with the processes that they start."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

_PATIENCE = 30  # seconds


def end(process: subprocess.Popen[Any]) -> None:
    """Ask a process to end, which also ends those that it has started, or kill it."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident_memory(process: int) -> int:
    """Return the bytes that a process has in memory; 0 if the system or `/proc` has no such one."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1]
    except (OSError, IndexError):  # it has ended
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
