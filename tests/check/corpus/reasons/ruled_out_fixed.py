"""The same with an annotation that says all."""

from starlette.background import BackgroundTasks


class Upload:
    name: str = ""


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, upload: Upload | None = None) -> None:
    if not upload:
        tasks.add_task(report, "ada")
