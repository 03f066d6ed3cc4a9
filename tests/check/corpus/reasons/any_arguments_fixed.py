"""The same with the parameters written out."""

from starlette.background import BackgroundTasks


def bare(user: str) -> None: ...


def annotated(user: str) -> None: ...


class Mailer:
    def send(self, user: str) -> None: ...


def handler(tasks: BackgroundTasks, mailer: Mailer, user: str) -> None:
    tasks.add_task(bare, user)
    tasks.add_task(annotated, user)
    tasks.add_task(mailer.send, user)
