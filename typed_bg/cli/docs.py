"""The command `typed-bg docs`."""

import sys
from pathlib import Path
from typing import get_args

import click

from typed_bg.cli import options
from typed_bg.cli.extras import lacks
from typed_bg.cli.streams import printable
from typed_bg.docstrings.merge import Options
from typed_bg.docstrings.styles import StyleName


@click.command(
    epilog="Exit codes: 0 all docstrings match, 1 something is wrong and was not changed, 2 a "
    "file could not be read or written."
)
@options.paths
@click.option(
    "--check", is_flag=True, help="Write nothing; fail if a docstring differs from its Doc()."
)
@click.option("--diff", is_flag=True, help="Write nothing; show the changes.")
@click.option(
    "--style",
    type=click.Choice(get_args(StyleName)),
    default="google",
    show_default=True,
    help="The style of the parameter section.",
)
@click.option("--add-docstrings", is_flag=True, help="Add a docstring to functions without one.")
@click.option("--overwrite", is_flag=True, help="Replace texts that differ from Doc().")
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Skip these files and folders (repeatable).",
)
def docs(  # noqa: PLR0913  # each is an option of its own
    *,
    paths: tuple[Path, ...],
    check: bool,
    diff: bool,
    style: StyleName,
    add_docstrings: bool,
    overwrite: bool,
    exclude: tuple[str, ...],
) -> None:
    """Copy the texts of Doc() into the docstrings, where editors show them.

    PATHS are files and folders, by default the current folder.
    """
    try:
        from typed_bg.docstrings.run import write_docs  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        click.echo(f"typed-bg: {lacks(error.name, 'docs')}", err=True)
        raise click.exceptions.Exit(2) from error
    chosen = Options(style, overwrite=overwrite, add_docstrings=add_docstrings)
    outcome = write_docs(
        paths or [Path()], chosen, "check" if check else "diff" if diff else "write", exclude
    )
    click.echo(printable(outcome.diff, sys.stdout), nl=False)
    for message in outcome.messages:
        click.echo(printable(message, sys.stderr), err=True)
    raise click.exceptions.Exit(outcome.exit_code)
