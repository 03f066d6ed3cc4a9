"""The command `typed-bg lsp`."""

import typer

from typed_bg.cli.extras import lacks


def register(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command(epilog="Editors start it, and stop it when they close the project.")(lsp)


def lsp() -> None:
    """Run the language server, over stdin and stdout.

    It shows what the type checker's server does not: the parameters of a background task inside
    add_task(), and the documentation in Doc(). Both servers run side by side.
    """
    try:
        from typed_bg.lsp.server import Server  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        typer.echo(f"typed-bg: {lacks(error.name, 'lsp')}", err=True)
        raise typer.Exit(2) from error
    Server().run()
