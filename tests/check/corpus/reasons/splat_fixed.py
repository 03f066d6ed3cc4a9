"""The same with the arguments written out."""

from starlette.background import BackgroundTasks


def report(user: str, subject: str) -> None: ...


def handler(tasks: BackgroundTasks, job: tuple[str, str], users: list[str]) -> None:
    tasks.add_task(report, job[0], job[1])
    tasks.add_task(report, users[0], users[1])
    tasks.add_task(report, *job)
    tasks.add_task(report, "ada", subject=job[0])
