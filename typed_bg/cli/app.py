"""The command `typed-bg`: one subcommand per module, and the message for a missing extra."""

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass

import click
from typing_extensions import override

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


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  # as click calls it
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  # is slow to import

        click.echo(f"typed-bg {version('typed-bg')}")
        context.exit()


class _Commands(click.Group):
    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in their order, not in that of the alphabet


@click.group(cls=_Commands, no_args_is_help=True)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def _typed_bg() -> None:
    """Check the arguments of background tasks, and run the tasks in workers."""


def make_app(arguments: Sequence[str] = ()) -> click.Group:
    """Make the command line.

    Args:
        arguments: The command's own. Only the command that they name gets its options; the others
            are there to be listed.
    """
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    every = _COMPLETING in os.environ
    for command in _COMMANDS:
        if every or command.name == named:
            _typed_bg.add_command(_loaded(command))
        else:
            _typed_bg.add_command(click.Command(command.name, help=command.summary))
    return _typed_bg


def _loaded(command: _Command) -> click.Command:
    """Return a command or, without its packages, one that only reports the lack."""
    try:
        module = importlib.import_module(f"typed_bg.cli.{command.module}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "typed_bg":
            raise
        return _lacking(command, error.name)
    loaded: click.Command = getattr(module, command.name)
    return loaded


def _lacking(command: _Command, package: str) -> click.Command:
    @click.command(
        command.name, help=command.summary, context_settings={"ignore_unknown_options": True}
    )
    @click.argument("arguments", nargs=-1)
    @click.pass_context
    def lacking(context: click.Context, arguments: tuple[str, ...]) -> None:
        del arguments
        click.echo(f"typed-bg: {lacks(package)}", err=True)
        context.exit(2)

    return lacking
