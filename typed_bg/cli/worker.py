"""The options of `typed-bg worker` and `typed-bg tasks`."""

import inspect
import logging
from typing import Annotated, Any, Literal, NoReturn

import anyio
import typer

from typed_bg._core.engine import Engine
from typed_bg.cli.app_loading import Loaded, LoadingError, load

LogLevel = Literal["debug", "info", "warning", "error"]
App = Annotated[
    str, typer.Argument(help="The app or the engine, as module:attribute, such as app.main:app.")
]
Factory = Annotated[
    bool, typer.Option("--factory", help="The attribute is a function that makes the app.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to a command line."""
    app.command(epilog="Exit codes: 0 stopped on request, 2 could not start.")(worker)
    app.command(
        epilog="Exit codes: 0 all functions can be sent, 1 some cannot, 2 could not list them."
    )(tasks)


def worker(  # noqa: PLR0913  # each is an option of its own
    *,
    app: App,
    factory: Factory = False,
    engine: Annotated[
        str | None, typer.Option(help="The engine's name, if the app has several.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="How many tasks run at the same time.")
    ] = None,
    check_interval: Annotated[
        float | None,
        typer.Option(
            help="Seconds between checks for new tasks while the worker is idle or at its limit."
        ),
    ] = None,
    redelivery_timeout: Annotated[
        float | None,
        typer.Option(help="Seconds until another worker runs the tasks of a dead one."),
    ] = None,
    graceful_timeout: Annotated[
        float | None, typer.Option(help="Seconds that tasks may keep running after SIGTERM.")
    ] = None,
    log_level: Annotated[
        LogLevel, typer.Option(help="The lowest level of log records to show.")
    ] = "info",
) -> None:
    """Run an app's tasks until SIGTERM or SIGINT."""
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


def tasks(*, app: App, factory: Factory = False) -> None:
    """List the functions that an app sends to workers, with their names and where each runs."""
    from typed_bg.cli.task_list import tasks_of  # noqa: PLC0415  # imports what reads source

    try:
        loaded = load(app, factory=factory)
        listed = tasks_of(loaded)
    except LoadingError as error:
        _fail(str(error))
    width = max((len(task.name) for task in listed), default=0)
    runs = max((len(task.runs) for task in listed), default=0)
    for task in listed:
        typer.echo(f"{task.name:<{width}}  {task.runs:<{runs}}  {task.place}")
        for alias in task.aliases:
            typer.echo(f"  also: {alias}")
        if task.problem:
            typer.echo(f"  {task.problem}")
    if not listed:
        typer.echo(
            "the imported modules send no functions to workers, and no function is registered with "
            "@typed_bg.task"
        )
    for problem in loaded.problems:
        typer.echo(problem)
    has_problems = loaded.problems or any(task.problem for task in listed if task.runs != "?")
    raise typer.Exit(1 if has_problems else 0)


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
    typer.echo(f"typed-bg: {message}", err=True)
    raise typer.Exit(2)
