"""Targets that raise an error when they are added, because they would be lost silently."""

from collections.abc import Generator

from typed_bg import BackgroundTasks, TaskError


async def send_email(to: str) -> None:
    """Send an email."""


def lines() -> Generator[str, None, None]:
    """Yield lines."""
    yield "a line"


if __name__ == "__main__":
    tasks = BackgroundTasks()
    coroutine = send_email("new@example.org")
    for target in (coroutine, lines, "send_email"):
        try:
            tasks.add_task(target)  # wrong
        except TaskError as error:
            print(f"{type(error).__name__}: {error}\n")
    coroutine.close()
