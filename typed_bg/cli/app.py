"""The command `typed-bg`: one subcommand per module, and the message for a missing extra."""

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated

import typer

from typed_bg.cli.extras import lacks

_COMPLETING = "_TYPED_BG_COMPLETE"  # set by shells that complete a command


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    module: str  # of typed_bg.cli; it adds the command with its options
    summary: str


# In the order of `--help`, which imports no command: most take longer to import than to list.
_COMMANDS = (
    _Command("check", "check", "Report which background-task calls type checkers check."),
    _Command("fix", "fix", "Change code so that its calls are checked."),
    _Command("docs", "docs", "Copy the texts of Doc() into the docstrings."),
    _Command("lsp", "lsp", "Run the language server for editors."),
    _Command("worker", "worker", "Run an app's tasks until SIGTERM or SIGINT."),
    _Command("tasks", "worker", "List the functions that an app sends to workers."),
)


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
    """Make the command line.

    Args:
        arguments: The command's own. Only the command that they name gets its options; the others
            are there to be listed.
    """
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback()(_typed_bg)
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    every = _COMPLETING in os.environ
    modules = dict.fromkeys(
        command.module for command in _COMMANDS if every or command.name == named
    )
    for command in _COMMANDS:
        if command.module not in modules:
            app.command(command.name, help=command.summary)(_listed)
    for module in modules:
        _add(app, module)
    return app


def _listed() -> None:
    """Stand for a command that the command line does not name."""


def _add(app: typer.Typer, module: str) -> None:
    """Add a module's commands or, without their packages, commands that only report the lack."""
    try:
        importlib.import_module(f"typed_bg.cli.{module}").register(app)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "typed_bg":
            raise
        for command in _COMMANDS:
            if command.module == module:
                _add_lacking(app, command, error.name)


def _add_lacking(app: typer.Typer, command: _Command, package: str) -> None:
    def lacking(
        _arguments: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    ) -> None:
        typer.echo(f"typed-bg: {lacks(package)}", err=True)
        raise typer.Exit(2)

    options = {"ignore_unknown_options": True}
    app.command(command.name, help=command.summary, context_settings=options)(lacking)
