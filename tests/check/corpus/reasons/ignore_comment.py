"""Comments that suppress the errors of a line."""

from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, "1")  # type: ignore
    tasks.add_task(report, "2")  # type: ignore[call-arg]
    tasks.add_task(report, "3")  # type: ignore[arg-type]
    tasks.add_task(report, "4")  # pyright: ignore
    tasks.add_task(report, "5")  # pyright: ignore[reportCallIssue]
    tasks.add_task(report, "6")  # ty: ignore
    tasks.add_task(report, "7")  # pyrefly: ignore
    tasks.add_task(report, "8")  # mypy: ignore[call-arg]
    tasks.add_task(report, "9")  # zuban: ignore
    tasks.add_task(report, "10")  # noqa
