"""Run three slow tasks at once."""

import asyncio

from typed_bg import BackgroundTasks


async def notify(who: str, seconds: float) -> None:
    """Notify someone, slowly."""
    await asyncio.sleep(seconds)
    print(f"notified {who}")


async def main() -> None:
    """Run the tasks, all at once."""
    tasks = BackgroundTasks(max_concurrency=3)
    tasks.add_task(notify, "the warehouse", 0.3)
    tasks.add_task(notify, "the customer", 0.2)
    tasks.add_task(notify, "the accounts", 0.1)
    await tasks()


if __name__ == "__main__":
    asyncio.run(main())
