"""Run `typed-bg check` in a process of its own."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from support.forked_commands import ForkingServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Not `python -m typed_bg`: Python itself would then import modules from the current folder.
COMMAND = (str(Path(sys.executable).with_name("typed-bg")), "check")

HEAD = """\
from starlette.background import BackgroundTasks


def send(to: str, retries: int) -> None: ...


"""
GOOD = f"""{HEAD}def later(tasks: BackgroundTasks) -> None:
    tasks.add_task(send, "a", 3)
"""
WRONG = GOOD.replace("3)", '"three")')
UNCHECKED = GOOD.replace("def later", "from typing import Any\n\n\ndef later").replace(
    "tasks: BackgroundTasks", "tasks: BackgroundTasks, send: Any"
)
ARITY_ONLY = GOOD.replace("def send", "from typing import Any\n\n\ndef send").replace(
    "retries: int", "retries: Any"
)


def write_files(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a project; one without a config has an empty pyproject.toml."""
    return write_files(root, {"pyproject.toml": "", **files})


def environ(**extra: str) -> dict[str, str]:
    """Return variables without those of the tests' own environment that change the outcome."""
    dropped = {"VIRTUAL_ENV", "CONDA_PREFIX", "PRE_COMMIT", "NO_COLOR", "FORCE_COLOR"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | extra


def check(
    cwd: Path, *options: str, checker: str | None = "ty", **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run the command, with the fastest checker unless another is named."""
    asked = () if checker is None else ("--checker", checker)
    return run(cwd, COMMAND[1], *asked, *options, **extra)


def run(
    cwd: Path, *words: str, timeout: float = 600, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run `typed-bg`, in a fork if nothing changes how Python starts."""
    if not hasattr(os, "fork") or any(name.startswith("PYTHON") for name in extra):
        return start(cwd, *words, timeout=timeout, **extra)
    return _server().run([COMMAND[0], *words], cwd, environ(**extra), timeout)


@functools.cache
def _server() -> ForkingServer:
    return ForkingServer()


def start(
    cwd: Path, *words: str, timeout: float = 600, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Start the program itself, as a user does."""
    return subprocess.run(  # noqa: S603
        [COMMAND[0], *words],
        cwd=cwd,
        env=environ(**extra),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=timeout,
    )


def rules(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the place and the rule of each finding in a report as text.

    Findings that are alike share one block, which names the places of the others.
    """
    found: list[str] = []
    rule = ""
    for line in done.stdout.splitlines():
        if match := re.fullmatch(r"\S+:\d+:\d+  (\w+\[[\w-]+\])", line):
            rule = match[1]
            found.append(line)
        elif line.startswith("  also:    "):
            places = line.removeprefix("  also:    ").split(", ")
            found += [f"{place}  {rule}" for place in places]
    return found


def listing(root: Path) -> dict[str, object]:
    """Return all that is in a tree: contents, times of change, and where links lead."""
    return {str(path.relative_to(root)): _state(path) for path in (root, *_all(root))}


def _all(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        yield from (Path(folder, name) for name in (*folders, *files))


def _state(path: Path) -> object:
    stat = path.lstat()
    if path.is_symlink():
        return str(path.readlink()), stat.st_mtime_ns
    return path.read_bytes() if path.is_file() else None, stat.st_mtime_ns, stat.st_mode
