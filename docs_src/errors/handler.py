"""A function that gets each error of a background task."""

import asyncio

from typed_bg import BackgroundTasks, FailedTask

failures: list[str] = []


def send_email(to: str) -> None:
    """Fail."""
    raise ConnectionError(to)


def store_failure(error: Exception, task: FailedTask) -> None:
    """Store what failed."""
    failures.append(f"{task.name}{task.args}: {error!r}")


async def main() -> None:
    """Run a task that fails."""
    tasks = BackgroundTasks(on_error=store_failure)
    tasks.add_task(send_email, "new@example.org")
    await tasks()
    print(failures)


if __name__ == "__main__":
    asyncio.run(main())
