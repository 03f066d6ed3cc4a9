"""Run every task, then raise the errors."""

import asyncio
import traceback

from typed_bg import BackgroundTasks


def charge(customer: str, amount: int) -> None:
    """Charge a customer."""
    msg = "the bank does not answer"
    raise ConnectionError(msg)


def publish(path: str) -> None:
    """Publish a page."""
    raise PermissionError(path)


async def send_receipt(to: str) -> None:
    """Send a receipt."""
    print(f"receipt to {to}")


async def main() -> None:
    """Run three tasks, two of which fail."""
    tasks = BackgroundTasks(on_error="continue")
    tasks.add_task(charge, "c-17", amount=20)
    tasks.add_task(send_receipt, "new@example.org")
    tasks.add_task(publish, "/invoices")
    await tasks()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Exception as error:
        print("".join(traceback.format_exception_only(error)))
        for each in getattr(error, "exceptions", ()):
            print("".join(traceback.format_exception_only(each)))
