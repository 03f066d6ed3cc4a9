"""Run `typed-bg docs` over files of a test."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

import typed_bg.cli.docs as command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

IMPORTS = "from typing import Annotated, overload\nfrom typing_extensions import Doc\n"


@dataclass(frozen=True)
class Run:
    """What the command did."""

    code: int
    out: str
    err: str


def docs(*arguments: object) -> Run:
    """Run the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            command.docs([*map(str, arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
    return Run(code, out.getvalue(), err.getvalue())


def docs_command(*arguments: object, before: Sequence[str] = ()) -> Run:
    """Run the command in a process of its own, with other words before it."""
    command = [*before, sys.executable, "-m", "typed_bg", "docs", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return Run(done.returncode, done.stdout, done.stderr)


def written(tmp_path: Path, source: str, *options: str) -> str:
    """Return what the command makes of a module, and prove that a second run changes nothing."""
    path = tmp_path / "module.py"
    path.write_bytes(source.encode())
    first = docs(*options, path)
    assert first.code in {0, 1}, first.err
    result = path.read_bytes()
    docs(*options, path)
    assert path.read_bytes() == result
    return result.decode()


def expect(tmp_path: Path, before: str, after: str, *options: str) -> None:
    """Assert what the command makes of a module that imports what it needs."""
    result = written(tmp_path, IMPORTS + dedent(before), *options)
    assert result.removeprefix(IMPORTS) == dedent(after)
