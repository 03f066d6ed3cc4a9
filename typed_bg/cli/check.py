"""The options of `typed-bg check`, and where its output goes."""

import gc
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, get_args

import click
import platformdirs

from typed_bg.check.checker_runs import RunOptions
from typed_bg.check.project.settings import Settings
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.check.project.workspace import MirrorError
from typed_bg.check.reports.progress import listener, phases
from typed_bg.check.results.baseline import BaselineError
from typed_bg.check.results.coverage import Limit, parse_limit, shortfalls
from typed_bg.check.results.exit_code import CLEAN, COULD_NOT_CHECK, FOUND, INTERRUPTED, exit_code
from typed_bg.check.results.rules import FailOn
from typed_bg.check.run import Outcome, Request, check_project
from typed_bg.checkers import CHECKERS
from typed_bg.cli import options
from typed_bg.cli.extras import lacks
from typed_bg.cli.options import from_here, given
from typed_bg.cli.streams import printable

if TYPE_CHECKING:
    from typed_bg.check.results.report import Report

_OBJECTS = 200_000  # made before a search for cycles

Format = Literal["text", "json", "github", "gitlab", "sarif", "junit", "markdown", "html", "badge"]


@click.command(epilog="Exit codes: 0 nothing found, 1 something found, 2 could not check.")
@options.paths
@options.checker
@options.python
@click.option(
    "--import-root",
    multiple=True,
    metavar="DIR",
    help="Also look for modules in this folder, with every checker (repeatable).",
)
@options.family
@click.option(
    "--also",
    multiple=True,
    metavar="MODULE.NAME[:INDEX]",
    help="Also check calls of this forwarder, such as asyncio.to_thread. INDEX is the "
    "position of the target among the positional arguments.",
)
@options.exclude
@click.option(
    "--format",
    "output_format",
    type=click.Choice(get_args(Format)),
    default="text",
    show_default=True,
    help="The format of the report.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write the report to. Default: stdout.",
)
@click.option(
    "--fail-on",
    type=click.Choice(get_args(FailOn)),
    help="Exit with 1 if there are findings of this kind or a more serious one. "
    "Default: unchecked.",
)
@click.option(
    "--fail-under",
    multiple=True,
    metavar="[CHECKER=]PERCENT",
    help="Exit with 1 if the checker checks less than this percentage of the calls. "
    "Without CHECKER, count the calls that any checker checks (repeatable).",
)
@click.option(
    "--require",
    multiple=True,
    metavar="CHECKER",
    help="Exit with 2 unless this checker ran successfully.",
)
@click.option("--baseline", metavar="FILE", help="Ignore the findings in this file.")
@click.option("--update-baseline", is_flag=True, help="Write the findings to the baseline.")
@click.option(
    "--diff",
    metavar="REV",
    help="Report only findings that are new since this git revision, or on lines that "
    "changed since then.",
)
@click.option("--allow-empty", is_flag=True, help="Exit with 0 if there are no calls to check.")
@options.timeout
@click.option(
    "--cache/--no-cache",
    default=True,
    show_default=True,
    help="Keep mypy's cache in your cache folder.",
)
@click.option(
    "--untrusted",
    is_flag=True,
    help="Execute nothing from the project: no mypy plugins, no interpreter or checker "
    "inside the project, and no programs that its configs name.",
)
def check(  # noqa: PLR0913  # each is an option of its own
    *,
    paths: tuple[Path, ...],
    checker: tuple[str, ...],
    python: str | None,
    import_root: tuple[str, ...],
    family: tuple[str, ...],
    also: tuple[str, ...],
    exclude: tuple[str, ...],
    output_format: Format,
    output: Path | None,
    fail_on: FailOn | None,
    fail_under: tuple[str, ...],
    require: tuple[str, ...],
    baseline: str | None,
    update_baseline: bool,
    diff: str | None,
    allow_empty: bool,
    timeout: float,
    cache: bool,
    untrusted: bool,
) -> None:
    """Report which background-task calls the project's type checkers really check.

    PATHS are the files and folders to search for calls, by default the project. The check does not
    write inside the project or run the project's code.
    """
    request = Request(
        paths=paths,
        settings=Settings(
            checkers=given(checker),
            exclude=given(exclude),
            families=given(family),
            also=given(also),
            fail_on=fail_on,
            require=given(require),
            baseline=from_here(baseline),
            python=from_here(python),
            import_root=given(tuple(str(Path.cwd() / folder) for folder in import_root)),
        ),
        update_baseline=update_baseline,
        run_options=RunOptions(
            timeout=timeout,
            cache=platformdirs.user_cache_path("typed_bg") if cache else None,
            untrusted=untrusted,
        ),
        since=diff,
    )
    # The trees of a project are held to the end: looking for cycles in them again and again only
    # takes time.
    gc.set_threshold(_OBJECTS)
    try:
        limits = _limits(fail_under)
        _require_place(output)
        _require_package(output_format)
        with phases(sys.stderr) as shown:
            outcome = check_project(request, listener(shown))
        if outcome.report.findings:
            from typed_bg.fix.commands import with_commands  # noqa: PLC0415  # is slow to import

            outcome = replace(outcome, report=with_commands(outcome))
        _write(_formatted(outcome, output_format, to_file=output is not None), output)
    except (ConfigError, BaselineError, MirrorError, OSError) as error:
        click.echo(f"typed-bg: {error}", err=True)
        raise click.exceptions.Exit(COULD_NOT_CHECK) from error
    except KeyboardInterrupt:
        # Click would exit with 1, which means findings.
        raise click.exceptions.Exit(INTERRUPTED) from None
    code = exit_code(
        outcome.report,
        fail_on=outcome.settings.fail_on or "unchecked",
        require=outcome.settings.require or (),
        allow_empty=allow_empty,
    )
    missed = shortfalls(outcome.report, limits)
    for sentence in missed:
        click.echo(f"typed-bg: {sentence}", err=True)
    raise click.exceptions.Exit(FOUND if code == CLEAN and missed else code)


def _limits(texts: Sequence[str]) -> list[Limit]:
    """Read the values of `--fail-under`.

    Raises:
        ConfigError: One is neither a percentage nor a checker's.
    """
    limits: list[Limit] = []
    for text in texts:
        limit = parse_limit(text, CHECKERS)
        if limit is None:
            message = (
                f"--fail-under {text}: write a percentage from 0 to 100, or CHECKER=PERCENT with "
                f"one of {', '.join(CHECKERS)}"
            )
            raise ConfigError(message)
        limits.append(limit)
    return limits


_PACKAGES = {"text": "rich", "html": "jinja2"}
_FUNCTIONS = {"json": "json_report"}


def _require_package(output_format: Format) -> None:
    """Reject a format whose package is not installed, before the check begins.

    Raises:
        ConfigError: It is not installed.
    """
    package = _PACKAGES.get(output_format)
    if package is not None and importlib.util.find_spec(package) is None:
        raise ConfigError(lacks(package))


def _formatted(outcome: Outcome, output_format: Format, *, to_file: bool) -> str:
    """Return the report in a format. Only this one is imported, and only now: it takes a while."""
    fail_on = outcome.settings.fail_on or "unchecked"
    if output_format == "text":
        from typed_bg.check.reports.text import TextStyle, style_of, text  # noqa: PLC0415

        style = TextStyle() if to_file else style_of(sys.stdout)
        report = text(outcome.report, style, fail_on)
        return _without_commands("\n".join((*outcome.notes, "", report)))
    if output_format == "html":
        from typed_bg.check.reports.html import html  # noqa: PLC0415

        return html(outcome.report, partial(_source, outcome.root))
    if output_format == "junit":
        from typed_bg.check.reports.junit import junit  # noqa: PLC0415

        return junit(outcome.report, fail_on)
    name = _FUNCTIONS.get(output_format, output_format)
    module = importlib.import_module(f"typed_bg.check.reports.{name}")
    write: Callable[[Report], str] = getattr(module, name)
    return write(outcome.report)


def _without_commands(report: str) -> str:
    """Escape lines of source or of a checker that GitHub would run as commands."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return report
    escaped = re.sub(r"^(\s*)::", r"\1\\::", report, flags=re.MULTILINE)
    return escaped.replace("##[", r"#\#[")


def _source(root: Path, path: PurePosixPath) -> str | None:
    try:
        return (root / path).read_text("utf-8", errors="replace")
    except OSError:
        return None


def _require_place(output: Path | None) -> None:
    """Reject an output that cannot be written, before the check begins.

    Raises:
        ConfigError: Its folder is not there, or it is one itself.
    """
    if output is None:
        return
    folder = output.parent
    if output.is_dir():
        message = f"--output {output} is a folder: name a file in it"
    elif folder.is_dir():
        return
    elif folder.exists():
        message = f"--output {output}: {folder} is not a folder: name a file in one"
    else:
        message = f"--output {output}: no folder {folder} exists: create it, or name another"
    raise ConfigError(message)


def _write(text: str, output: Path | None) -> None:
    if output is not None:
        try:
            output.write_text(text, "utf-8")
        except OSError as error:
            message = (
                f"--output {output}: could not write the report ({error.strerror}): name a file "
                "on a disk with space that you may write to"
            )
            raise ConfigError(message) from error
        return
    # A line of source can hold what the terminal's encoding lacks.
    try:
        click.echo(printable(text, sys.stdout), nl=False)
    except BrokenPipeError:
        # What the buffer still holds would fail again at the interpreter's end, which then exits
        # with a code of its own, 120.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
