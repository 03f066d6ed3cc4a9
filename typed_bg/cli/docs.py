"""The command `typed-bg docs`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from typed_bg.cli.extras import lacks
from typed_bg.cli.streams import printable
from typed_bg.docstrings.merge import Options
from typed_bg.docstrings.styles import StyleName


def register(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command(
        epilog="Exit codes: 0 all docstrings match, 1 something is wrong and was not changed, 2 a "
        "file could not be read or written."
    )(docs)


def docs(  # noqa: PLR0913  # each is an option of its own
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders. Default: the current folder."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail if a docstring differs from its Doc()."),
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show the changes.")] = False,
    style: Annotated[
        StyleName, typer.Option(help="The style of the parameter section.")
    ] = "google",
    add_docstrings: Annotated[
        bool,
        typer.Option("--add-docstrings", help="Add a docstring to functions without one."),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace texts that differ from Doc()."),
    ] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Skip these files and folders (repeatable)."),
    ] = None,
) -> None:
    """Copy the texts of Doc() into the docstrings, where editors show them."""
    try:
        from typed_bg.docstrings.run import write_docs  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        typer.echo(f"typed-bg: {lacks(error.name, 'docs')}", err=True)
        raise typer.Exit(2) from error
    options = Options(style, overwrite=overwrite, add_docstrings=add_docstrings)
    outcome = write_docs(
        paths or [Path()], options, "check" if check else "diff" if diff else "write", exclude or ()
    )
    typer.echo(printable(outcome.diff, sys.stdout), nl=False)
    for message in outcome.messages:
        typer.echo(printable(message, sys.stderr), err=True)
    raise typer.Exit(outcome.exit_code)
