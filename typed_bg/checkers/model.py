"""The shapes that every type checker's run is read into."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LONG = 4000  # characters of a message

Severity = Literal["error", "warning", "note"]

Profile = Literal["project", "default", "strict"]
"""The settings that a checker runs with.

`project` is whatever config the checker finds for itself, and no flag that overrides it. `default`
and `strict` read no config at all: the checker's own defaults, and its strictest named mode.
"""

Failure = Literal[
    "missing",
    "environment",
    "timeout",
    "exit",
    "config",
    "blocked",
    "empty",
    "output",
    "control",
]
"""Why a checker's run proves nothing about the code: see `CheckerError.kind`."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that a type checker said about one place.

    Lines and columns are 1-based, columns count code points (a tab is one, a byte order mark none),
    and the end is the place just after. The end is None where the checker does not know it.
    """

    path: Path
    line: int
    column: int
    end_line: int | None
    end_column: int | None
    checker: str
    severity: Severity
    rule: str | None
    message: str

    def order(self) -> tuple[str, int, int, str, str]:
        """Return a sort key: by place, then by rule and message."""
        return self.path.as_posix(), self.line, self.column, self.rule or "", self.message


def require_valid(diagnostic: Diagnostic) -> Diagnostic:
    """Return a diagnostic that was read from a checker's output, if its values can be used.

    Raises:
        TypeError: A value has another type.
    """
    read: Any = diagnostic  # a checker's output decides what the values are
    numbers = (read.line, read.column, read.end_line, read.end_column)
    if not all(number is None or isinstance(number, int) for number in numbers) or not (
        isinstance(read.message, str) and isinstance(read.rule, str | None)
    ):
        problem = f"not a diagnostic: {diagnostic}"
        raise TypeError(problem)
    return diagnostic


@dataclass(frozen=True, slots=True)
class Output:
    """The output and exit code of a finished process."""

    command: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """One checker's run that worked: it looked at the code, whatever it found."""

    checker: str
    version: str
    command: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    warnings: tuple[str, ...]
    """Its messages on stderr, for example about an unknown option in the config."""
    seconds: float
    returncode: int
    notes: tuple[str, ...] = ()
    """Differences from the usual way to start it, one sentence each."""


class CheckerError(Exception):
    """A type checker failed, so that its silence means nothing.

    Attributes:
        checker: The checker's name.
        kind: `missing` (no such program), `environment` (no such interpreter), `timeout`, `exit`
            (an exit code that does not mean "I have looked at the code"), `config` (the project's
            config was not used), `blocked` (it stopped at an error in the source and looked no
            further), `empty` (its config leaves it no file to look at), `output` (unreadable, or
            at odds with the exit code), `control` (it ran, and did not report what it had to).
        command: What was started.
        returncode: The exit code, None if no process ended on its own.
        stderr: What it wrote to stderr.
    """

    def __init__(  # noqa: PLR0913  # each is a part of the message
        self,
        checker: str,
        kind: Failure,
        reason: str,
        *,
        command: Sequence[str] = (),
        returncode: int | None = None,
        stderr: str = "",
    ) -> None:
        self.checker = checker
        self.kind: Failure = kind
        self.command: tuple[str, ...] = tuple(command)
        self.returncode = returncode
        self.stderr = stderr
        parts = [f"{checker}: {reason}"]
        if command:
            parts.append(f"command: {shlex.join(command)}")
        if returncode is not None:
            parts.append(f"exit code: {returncode}")
        if stderr.strip():
            parts.append(f"stderr: {_shortened(stderr.strip())}")
        super().__init__("\n".join(parts))


def _shortened(text: str) -> str:
    if len(text) <= _LONG:
        return text
    left_out = len(text) - _LONG
    return f"{text[: _LONG // 2]}\n[{left_out} characters left out]\n{text[-_LONG // 2 :]}"
