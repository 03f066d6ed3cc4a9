"""The options that `typed-bg check` and `typed-bg fix` share, and their values as settings."""

from pathlib import Path
from typing import Annotated

import typer

from typed_bg.check.calls.families import FAMILIES
from typed_bg.checkers import CHECKERS

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Files and folders to search for calls. Default: the project."),
]
Checker = Annotated[
    list[str] | None,
    typer.Option(
        help=f"Use this checker (repeatable). One of {', '.join(CHECKERS)}, "
        "or all to use every installed checker."
    ),
]
Python = Annotated[
    str | None,
    typer.Option(help="The environment of the project: its interpreter or folder."),
]
Family = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help=f"Check the calls of this family (repeatable). One of {', '.join(FAMILIES)}, "
        "or all. Default: background.",
    ),
]
Exclude = Annotated[
    list[str] | None, typer.Option(metavar="GLOB", help="Exclude these files and folders.")
]
Timeout = Annotated[
    float, typer.Option(min=1, help="Time limit for each run of a checker, in seconds.")
]


def from_here(path: str | None) -> str | None:
    """Return a path from the current folder; in the settings, paths start at the root."""
    return None if path is None else str(Path.cwd() / path)


def given(values: list[str] | None) -> tuple[str, ...] | None:
    """Return the options that were given; the settings decide the others."""
    return tuple(values) if values else None
