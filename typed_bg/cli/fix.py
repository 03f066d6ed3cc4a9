"""The command `typed-bg fix`."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import platformdirs
import typer

from typed_bg.check.checker_runs import RunOptions
from typed_bg.check.project.settings import Settings
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.project.workspace import MirrorError
from typed_bg.check.reports.progress import listener, phases
from typed_bg.check.results.exit_code import CLEAN, COULD_NOT_CHECK, INTERRUPTED, exit_code
from typed_bg.check.run import Request
from typed_bg.cli.options import Checker, Exclude, Family, Paths, Python, Timeout, from_here, given
from typed_bg.cli.streams import printable
from typed_bg.fix.kinds import KINDS
from typed_bg.fix.proof import ProofError
from typed_bg.fix.report import failures, fix_line, json_text, sarif_text, text_lines
from typed_bg.fix.revealed import wrong_lines
from typed_bg.fix.run import (
    FixOutcome,
    FixRequest,
    WritingError,
    find_fixes,
    narrowed,
    one_fix,
    require_clean,
    write_changed,
)

if TYPE_CHECKING:
    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import Contents


def register(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command(
        epilog="Exit codes: 0 all calls are checked when the command ends, 1 some are not, 2 could "
        "not check or write."
    )(fix)


def fix(  # noqa: PLR0913  # each is an option of its own
    *,
    paths: Paths = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the fixes. Default: only show them.")
    ] = False,
    interactive: Annotated[
        bool,
        typer.Option("--interactive", help="Show each fix, and ask whether to write it."),
    ] = False,
    select: Annotated[
        str | None,
        typer.Option(metavar="REASON,...", help=f"Fix only these: {', '.join(sorted(KINDS))}."),
    ] = None,
    unsafe: Annotated[
        bool,
        typer.Option(
            "--unsafe", help="Also make changes that can change what the code does at run time."
        ),
    ] = False,
    reveal: Annotated[
        bool,
        typer.Option(
            "--reveal",
            help="Also make changes that reveal wrong calls.",
        ),
    ] = False,
    checker: Checker = None,
    allow_dirty: Annotated[
        bool,
        typer.Option("--allow-dirty", help="Also write files that have uncommitted changes."),
    ] = False,
    output_format: Annotated[
        Literal["text", "json", "sarif"], typer.Option("--format", help="The format of the result.")
    ] = "text",
    python: Python = None,
    family: Family = None,
    exclude: Exclude = None,
    timeout: Timeout = 600,
) -> None:
    """Change code so that its calls are checked, and prove each change with the type checkers.

    Each change is first made in a copy. It is shown only if it makes the checkers check more calls,
    and no checker reports anything new. With --reveal, they may report wrong calls that the change
    reveals. Nothing is written without --write or --interactive.
    """
    settings = Settings(
        checkers=given(checker),
        families=given(family),
        exclude=given(exclude),
        python=from_here(python),
    )
    try:
        request = FixRequest(
            Request(
                tuple(paths or ()),
                settings,
                run_options=RunOptions(
                    timeout=timeout, cache=platformdirs.user_cache_path("typed_bg")
                ),
            ),
            _selected(select),
            unsafe,
            reveal,
        )
        with phases(sys.stderr) as shown:
            outcome = find_fixes(request, listener(shown))
        if interactive:
            outcome = _asked(outcome)
        writes = (write or interactive) and bool(outcome.changed)
        if writes:
            _write_all(outcome, allow_dirty=allow_dirty)
    except (ConfigError, MirrorError, ProofError, WritingError, OSError) as error:
        typer.echo(f"typed-bg: {error}", err=True)
        raise typer.Exit(COULD_NOT_CHECK) from error
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    _show(outcome, output_format, written=writes, diffs=not interactive)
    raise typer.Exit(_code(outcome, written=writes))


def _selected(text: str | None) -> frozenset[str]:
    """Read the value of `--select`.

    Raises:
        ConfigError: It names something that is not a reason with a fix.
    """
    selected = frozenset(name.strip() for name in (text or "").split(",") if name.strip())
    unknown = sorted(selected - KINDS.keys())
    if unknown:
        message = f"--select {', '.join(unknown)}: no fix has this name. One of {', '.join(KINDS)}"
        raise ConfigError(message)
    return selected


def _asked(outcome: FixOutcome) -> FixOutcome:
    """Show each fix, and prove those again that the user wants."""
    wanted: list[Edit] = []
    accepted: Contents = {}
    for proven in outcome.proof.proven:
        changed = one_fix(outcome, proven, accepted)
        if changed is None:
            continue
        shown = "\n".join([fix_line(proven), *wrong_lines(proven.reveals)])
        typer.echo(printable(f"{changed.diff()}{shown}", sys.stdout))
        answer = typer.prompt("Write this fix? [y]es, [n]o, [q]uit", default="n").strip().lower()
        if answer.startswith("q"):
            break
        if answer.startswith("y"):
            wanted.append(proven.edit)
            accepted[changed.path] = changed.after
    return narrowed(outcome, wanted)


def _write_all(outcome: FixOutcome, *, allow_dirty: bool) -> None:
    if not allow_dirty:
        existing = [file.path for file in outcome.changed if file.before is not None]
        require_clean(outcome.root, existing)
    for changed in outcome.changed:
        write_changed(outcome.root, changed)


def _show(outcome: FixOutcome, output_format: str, *, written: bool, diffs: bool) -> None:
    if output_format == "json":
        typer.echo(printable(json_text(outcome, written=written), sys.stdout), nl=False)
    elif output_format == "sarif":
        typer.echo(printable(sarif_text(outcome), sys.stdout), nl=False)
    elif diffs:
        for changed in outcome.changed:
            typer.echo(printable(changed.diff(), sys.stdout), nl=False)
    for failure in failures(outcome):
        typer.echo(printable(f"typed-bg: {failure}", sys.stderr), err=True)
    if output_format == "text":
        for line in text_lines(outcome, written=written):
            typer.echo(printable(line, sys.stderr), err=True)


def _code(outcome: FixOutcome, *, written: bool) -> int:
    proof = outcome.proof
    fail_on = outcome.settings.fail_on or "unchecked"
    if (code := exit_code(proof.before.report, fail_on=fail_on)) in {CLEAN, COULD_NOT_CHECK}:
        return code
    return exit_code(proof.after.report, fail_on=fail_on) if written else code
