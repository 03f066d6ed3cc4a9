"""The command `typed-bg fix`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from typed_bg.check.checker_runs import RunOptions
from typed_bg.check.project.settings import Settings
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.project.workspace import MirrorError
from typed_bg.check.reports.progress import listener, phases
from typed_bg.check.results.exit_code import CLEAN, COULD_NOT_CHECK, INTERRUPTED, exit_code
from typed_bg.check.run import Request
from typed_bg.cli import options
from typed_bg.cli.options import from_here, given
from typed_bg.cli.streams import printable
from typed_bg.fix.changed_file import WritingError, require_clean, write_changed
from typed_bg.fix.kinds import KINDS
from typed_bg.fix.proof import ProofError
from typed_bg.fix.report import failures, fix_line, json_text, sarif_text, text_lines
from typed_bg.fix.revealed import wrong_lines
from typed_bg.fix.run import (
    FixOutcome,
    FixRequest,
    find_fixes,
    narrowed,
    one_fix,
)

if TYPE_CHECKING:
    from typed_bg.fix.edits import Edit
    from typed_bg.fix.measure import Contents


@click.command(
    epilog="Exit codes: 0 all calls are checked when the command ends, 1 some are not, 2 could "
    "not check or write."
)
@options.paths
@click.option("--write", is_flag=True, help="Write the fixes. Default: only show them.")
@click.option("--interactive", is_flag=True, help="Show each fix, and ask whether to write it.")
@click.option("--select", metavar="REASON,...", help=f"Fix only these: {', '.join(sorted(KINDS))}.")
@click.option(
    "--unsafe",
    is_flag=True,
    help="Also make changes that can change what the code does at run time.",
)
@click.option("--reveal", is_flag=True, help="Also make changes that reveal wrong calls.")
@options.checker
@click.option("--allow-dirty", is_flag=True, help="Also write files that have uncommitted changes.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="The format of the result.",
)
@options.python
@options.family
@options.exclude
@options.timeout
def fix(  # noqa: PLR0913  # each is an option of its own
    *,
    paths: tuple[Path, ...],
    write: bool,
    interactive: bool,
    select: str | None,
    unsafe: bool,
    reveal: bool,
    checker: tuple[str, ...],
    allow_dirty: bool,
    output_format: str,
    python: str | None,
    family: tuple[str, ...],
    exclude: tuple[str, ...],
    timeout: float,
) -> None:
    """Change code so that its calls are checked, and prove each change with the type checkers.

    PATHS are the files and folders to search for calls, by default the project.

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
                paths,
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
        click.echo(f"typed-bg: {error}", err=True)
        raise click.exceptions.Exit(COULD_NOT_CHECK) from error
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    _show(outcome, output_format, written=writes, diffs=not interactive)
    raise click.exceptions.Exit(_code(outcome, written=writes))


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
        click.echo(printable(f"{changed.diff()}{shown}", sys.stdout))
        answer = click.prompt("Write this fix? [y]es, [n]o, [q]uit", default="n").strip().lower()
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
        click.echo(printable(json_text(outcome, written=written), sys.stdout), nl=False)
    elif output_format == "sarif":
        click.echo(printable(sarif_text(outcome), sys.stdout), nl=False)
    elif diffs:
        for changed in outcome.changed:
            click.echo(printable(changed.diff(), sys.stdout), nl=False)
    for failure in failures(outcome):
        click.echo(printable(f"typed-bg: {failure}", sys.stderr), err=True)
    if output_format == "text":
        for line in text_lines(outcome, sys.argv[1:], written=written):
            click.echo(printable(line, sys.stderr), err=True)


def _code(outcome: FixOutcome, *, written: bool) -> int:
    proof = outcome.proof
    fail_on = outcome.settings.fail_on or "unchecked"
    if (code := exit_code(proof.before.report, fail_on=fail_on)) in {CLEAN, COULD_NOT_CHECK}:
        return code
    return exit_code(proof.after.report, fail_on=fail_on) if written else code
