"""A condition that the annotation rules out: pyright reports nothing behind it."""

from starlette.background import BackgroundTasks


class Upload:
    name: str = ""


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, upload: Upload = None) -> None:  # type: ignore
    if not upload:
        tasks.add_task(report, "ada")
