"""The progress of a run, shown on a terminal or by the program that started the run."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from typed_bg.check.results.steps import VARIABLE, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.progress import Progress, TaskID


class Phases(Protocol):
    """Receives the steps of a run, from any thread."""

    def start(self, name: str) -> None:
        """Report that a step begins, such as `finding calls` or `mypy`."""
        ...

    def finish(self, name: str, outcome: str = "done") -> None:
        """Report that a step has ended, and its outcome."""
        ...


class _Silent:
    def start(self, name: str) -> None:
        pass

    def finish(self, name: str, outcome: str = "done") -> None:
        pass


class _Written:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def start(self, name: str) -> None:
        self._write(Step(name))

    def finish(self, name: str, outcome: str = "done") -> None:
        self._write(Step(name, outcome))

    def _write(self, step: Step) -> None:
        self._stream.write(step.line())  # as a whole: steps end in several threads
        self._stream.flush()


class _Shown:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def start(self, name: str) -> None:
        self._tasks[name] = self._progress.add_task(name, total=1, outcome="")

    def finish(self, name: str, outcome: str = "done") -> None:
        self._progress.update(self._tasks[name], completed=1, outcome=outcome)


@contextmanager
def phases(stream: TextIO) -> Generator[Phases, None, None]:
    """Show the steps of a run, one line each, until the block ends; then take them away.

    Args:
        stream: Where to: standard error. Nothing is written but to a terminal that can move its
            cursor, and no colours where `NO_COLOR` is set. A program that starts the run gets
            lines if it sets `TYPED_BG_STEPS`.
    """
    if os.environ.get(VARIABLE):
        yield _Written(stream)
        return
    # Not rich's own guess, which takes a pipe for a terminal where FORCE_COLOR is set.
    if not stream.isatty():
        yield _Silent()
        return
    # Here, for it takes a while, and in a pipe, or in CI, nothing of it is needed.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    console = Console(file=stream, force_terminal=True)
    if console.is_dumb_terminal:
        yield _Silent()
        return
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


def listener(shown: Phases) -> Callable[[str, str | None], None]:
    """Return the function that a run calls with each step: without an outcome when it begins."""

    def progress(phase: str, outcome: str | None) -> None:
        if outcome is None:
            shown.start(phase)
        else:
            shown.finish(phase, outcome)

    return progress
