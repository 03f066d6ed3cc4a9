"""The options of `typed-bg worker` and `typed-bg tasks`."""

import inspect
import logging
from typing import Any, NoReturn

import anyio
import click

from typed_bg._core.engine import Engine
from typed_bg.cli.app_loading import Loaded, LoadingError, load

_app = click.argument("app")
_factory = click.option(
    "--factory", is_flag=True, help="The attribute is a function that makes the app."
)


@click.command(epilog="Exit codes: 0 stopped on request, 2 could not start.")
@_app
@_factory
@click.option("--engine", metavar="NAME", help="The engine's name, if the app has several.")
@click.option(
    "--concurrency", type=click.IntRange(min=1), help="How many tasks run at the same time."
)
@click.option(
    "--check-interval",
    type=float,
    help="Seconds between checks for new tasks while the worker is idle or at its limit.",
)
@click.option(
    "--redelivery-timeout",
    type=float,
    help="Seconds until another worker runs the tasks of a dead one.",
)
@click.option(
    "--graceful-timeout",
    type=float,
    help="Seconds that tasks may keep running after SIGTERM.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="The lowest level of log records to show.",
)
def worker(  # noqa: PLR0913  # each is an option of its own
    *,
    app: str,
    factory: bool,
    engine: str | None,
    concurrency: int | None,
    check_interval: float | None,
    redelivery_timeout: float | None,
    graceful_timeout: float | None,
    log_level: str,
) -> None:
    """Run an app's tasks until SIGTERM or SIGINT.

    APP is the app or the engine, as module:attribute, such as app.main:app.
    """
    shown = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=log_level.upper(), format=shown)
    asked = {
        "concurrency": concurrency,
        "check_interval": check_interval,
        "redelivery_timeout": redelivery_timeout,
        "graceful_timeout": graceful_timeout,
    }
    options = {name: value for name, value in asked.items() if value is not None}
    try:
        chosen = _choose(load(app, factory=factory), engine)
        work = _work_of(chosen)
        unknown = options.keys() - inspect.signature(work).parameters.keys()
        if unknown:
            _fail(f"{type(chosen).__name__} has no option {', '.join(sorted(unknown))}")
        anyio.run(lambda: work(**options))
    except (LoadingError, ValueError) as error:
        _fail(str(error))


@click.command(
    epilog="Exit codes: 0 all functions can be sent, 1 some cannot, 2 could not list them."
)
@_app
@_factory
def tasks(*, app: str, factory: bool) -> None:
    """List the functions that an app sends to workers, with their names and where each runs.

    APP is the app or the engine, as module:attribute, such as app.main:app.
    """
    from typed_bg.cli.task_list import tasks_of  # noqa: PLC0415  # imports what reads source

    try:
        loaded = load(app, factory=factory)
        listed = tasks_of(loaded)
    except LoadingError as error:
        _fail(str(error))
    width = max((len(task.name) for task in listed), default=0)
    runs = max((len(task.runs) for task in listed), default=0)
    for task in listed:
        click.echo(f"{task.name:<{width}}  {task.runs:<{runs}}  {task.place}")
        for alias in task.aliases:
            click.echo(f"  also: {alias}")
        if task.problem:
            click.echo(f"  {task.problem}")
    if not listed:
        click.echo(
            "the imported modules send no functions to workers, and no function is registered with "
            "@typed_bg.task"
        )
    for problem in loaded.problems:
        click.echo(problem)
    has_problems = loaded.problems or any(task.problem for task in listed if task.runs != "?")
    raise click.exceptions.Exit(1 if has_problems else 0)


def _choose(loaded: Loaded, name: str | None) -> Engine:
    """Return the engine whose tasks the worker runs."""
    if name is None and loaded.default is not None:
        return loaded.default
    named = [engine for engine in loaded.engines if name in {None, _name(engine)}]
    if len(named) == 1:
        return named[0]
    names = ", ".join(map(_name, loaded.engines))
    if not names:
        msg = "the app has no engine: its tasks run in the web process, and need no worker"
    elif name is None:
        msg = f"the app has several engines: pass one of {names} with --engine"
    elif named:
        msg = (
            f"{len(named)} engines are called {name}: give each a different name, or pass "
            "the engine itself instead of the app"
        )
    else:
        msg = f"no engine is called {name!r}: pass one of {names} with --engine"
    raise LoadingError(msg)


def _name(engine: Engine) -> str:
    return str(getattr(engine, "name", type(engine).__name__))


def _work_of(engine: Engine) -> Any:
    work = getattr(engine, "work", None)
    if work is None:
        hint = getattr(engine, "worker_command", "see its documentation")
        msg = f"workers of {type(engine).__name__} are not started by typed-bg: {hint}"
        raise LoadingError(msg)
    return work


def _fail(message: str) -> NoReturn:
    click.echo(f"typed-bg: {message}", err=True)
    raise click.exceptions.Exit(2)
