"""A name that is defined twice."""

from starlette.background import BackgroundTasks

try:
    from missing_package import report
except ImportError:

    def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report, user)
