"""The options of `typed-bg docs`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from typed_bg.docstrings.merge import Options
from typed_bg.docstrings.styles import StyleName

_NEEDS = "typed-bg: the command needs {}: pip install 'typed-bg[docs]'"


def register(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command(
        epilog="Exit codes: 0 docstrings agree, 1 something is wrong and stays so, 2 a file could "
        "not be read."
    )(docs)


def docs(  # noqa: PLR0913  # each is an option of its own
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders. Default: the current folder."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where docstrings disagree.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would be written.")
    ] = False,
    style: Annotated[
        StyleName, typer.Option(help="The style of the section about parameters.")
    ] = "google",
    add_docstrings: Annotated[
        bool,
        typer.Option("--add-docstrings", help="Give a docstring to what has none."),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Let Doc() replace a text that says something else."),
    ] = False,
) -> None:
    """Write what Doc() says about parameters into the docstrings, where editors show it."""
    try:
        from typed_bg.docstrings.run import carry_out  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        typer.echo(_NEEDS.format(error.name), err=True)
        raise typer.Exit(2) from error
    options = Options(style, overwrite=overwrite, add_docstrings=add_docstrings)
    outcome = carry_out(
        paths or [Path()], options, "check" if check else "diff" if diff else "write"
    )
    encoding = sys.stdout.encoding or "utf-8"
    typer.echo(outcome.diff.encode(encoding, "backslashreplace").decode(encoding), nl=False)
    for message in outcome.messages:
        typer.echo(message, err=True)
    raise typer.Exit(outcome.exit_code)
