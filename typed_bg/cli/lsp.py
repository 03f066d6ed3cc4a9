"""The command `typed-bg lsp`."""

import click

from typed_bg.cli.extras import lacks


@click.command(epilog="Editors start it, and stop it when they close the project.")
def lsp() -> None:
    """Run the language server, over stdin and stdout.

    It shows two things that the type checker's server does not show: the parameters of a background
    task inside add_task(), and the documentation in Doc(). Both servers run side by side.
    """
    try:
        from typed_bg.lsp.server import Server  # noqa: PLC0415  # of an extra
    except ModuleNotFoundError as error:
        click.echo(f"typed-bg: {lacks(error.name, 'lsp')}", err=True)
        raise click.exceptions.Exit(2) from error
    Server().run()
