"""What is going on, shown on a terminal while it does."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


class Phases(Protocol):
    """Where the steps of a run are told; from any thread."""

    def start(self, name: str) -> None:
        """Say that a step begins, such as `finding calls` or `mypy`."""
        ...

    def finish(self, name: str, outcome: str = "done") -> None:
        """Say that a step has ended, and how."""
        ...


class _Silent:
    def start(self, name: str) -> None:
        pass

    def finish(self, name: str, outcome: str = "done") -> None:
        pass


class _Shown:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def start(self, name: str) -> None:
        self._tasks[name] = self._progress.add_task(name, total=1, outcome="")

    def finish(self, name: str, outcome: str = "done") -> None:
        self._progress.update(self._tasks[name], completed=1, outcome=outcome)


@contextmanager
def phases(
    stream: TextIO, environ: Mapping[str, str] = os.environ
) -> Generator[Phases, None, None]:
    """Show the steps of a run, one line each, until the block ends; then take them away.

    Args:
        stream: Where to: standard error. Nothing is written but to a terminal that can
            move its cursor.
        environ: The environment, for `NO_COLOR` and `TERM`.
    """
    if not stream.isatty() or environ.get("TERM", "").lower() in {"dumb", "unknown"}:
        yield _Silent()
        return
    console = Console(
        file=stream,
        force_terminal=True,
        no_color=bool(environ.get("NO_COLOR")),
        markup=False,
        highlight=False,
        emoji=False,
    )
    progress = Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[outcome]}", markup=False),
        console=console,
        transient=True,
    )
    with progress:
        yield _Shown(progress)
