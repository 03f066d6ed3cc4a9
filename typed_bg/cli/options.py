"""The options that `typed-bg check` and `typed-bg fix` share, and their values as settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from typed_bg.check.calls.families import FAMILIES
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from collections.abc import Callable

_Command = TypeVar("_Command", bound="Callable[..., object] | click.Command")


class Option(Protocol):
    """Adds an option or argument to a command."""

    def __call__(self, command: _Command, /) -> _Command:
        """Add it."""
        ...


paths: Option = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
checker: Option = click.option(
    "--checker",
    multiple=True,
    metavar="NAME",
    help=f"Use this checker (repeatable). One of {', '.join(CHECKERS)}, "
    "or all to use every installed checker.",
)
python: Option = click.option(
    "--python", metavar="PATH", help="The environment of the project: its interpreter or folder."
)
family: Option = click.option(
    "--family",
    multiple=True,
    metavar="NAME",
    help=f"Check the calls of this family (repeatable). One of {', '.join(FAMILIES)}, "
    "or all. Default: background.",
)
exclude: Option = click.option(
    "--exclude", multiple=True, metavar="GLOB", help="Exclude these files and folders."
)
timeout: Option = click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=600,
    show_default=True,
    help="Time limit for each run of a checker, in seconds.",
)


def from_here(path: str | None) -> str | None:
    """Return a path from the current folder; in the settings, paths start at the root."""
    return None if path is None else str(Path.cwd() / path)


def given(values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the values of a repeatable option; if it was not given, the settings decide."""
    return values or None
