"""An error stops the remaining tasks. Its notes show which task failed and what did not start."""

import asyncio
import traceback

from typed_bg import BackgroundTasks


def charge(customer: str, amount: int) -> None:
    """Charge a customer."""
    msg = "the bank does not answer"
    raise ConnectionError(msg)


async def send_receipt(to: str) -> None:
    """Send a receipt."""


async def main() -> None:
    """Run two tasks, the first of which fails."""
    tasks = BackgroundTasks()
    tasks.add_task(charge, "c-17", amount=20)
    tasks.add_task(send_receipt, "new@example.org")
    await tasks()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except ConnectionError as error:
        print("".join(traceback.format_exception_only(error)))
