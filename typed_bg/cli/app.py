"""The command `typed-bg`: one subcommand per module, and the message for a missing extra."""

import importlib
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from typed_bg.cli.extras import lacks

# The commands by the module that adds them, in the order of `--help`.
_COMMANDS: dict[str, tuple[str, ...]] = {
    "typed_bg.cli.check": ("check",),
    "typed_bg.cli.fix": ("fix",),
    "typed_bg.cli.docs": ("docs",),
    "typed_bg.cli.lsp": ("lsp",),
    "typed_bg.cli.worker": ("worker", "tasks"),
}


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # as typer calls it
    if wanted:
        typer.echo(f"typed-bg {version('typed-bg')}")
        raise typer.Exit


def _typed_bg(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Check the arguments of background tasks, and run the tasks in workers."""


def make_app(arguments: Sequence[str] = ()) -> typer.Typer:
    """Make the command line, of the commands whose extras are installed and of those that lack.

    Args:
        arguments: The command's own. Where they name a command, the others are left out, for what
            they import takes its time.
    """
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback()(_typed_bg)
    for module, names in _asked(arguments).items():
        if (lacks := _register(module, app)) is not None:
            for name in names:
                _add_lacking(app, name, lacks)
    return app


def _asked(arguments: Sequence[str]) -> dict[str, tuple[str, ...]]:
    first = arguments[0] if arguments else ""
    if first == "--version":
        return {}
    named = {module: names for module, names in _COMMANDS.items() if first in names}
    return named or _COMMANDS


def _register(module: str, app: typer.Typer) -> str | None:
    """Add a module's commands, or return the name of the package that they lack."""
    try:
        importlib.import_module(module).register(app)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "typed_bg":
            raise
        return error.name
    return None


def _add_lacking(app: typer.Typer, name: str, package: str) -> None:
    """Add a command that only reports the package that it needs."""

    def lacking(
        _arguments: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    ) -> None:
        typer.echo(f"typed-bg: {lacks(package)}", err=True)
        raise typer.Exit(2)

    options = {"ignore_unknown_options": True}
    app.command(name, help="(needs a package)", context_settings=options)(lacking)
