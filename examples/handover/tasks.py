"""The tasks that the worker runs. Each of them may run twice without harm."""

import asyncio
import logging
import os
import time
from datetime import date
from pathlib import Path

from pydantic import BaseModel

logger = logging.getLogger("shop")


class Invoice(BaseModel):
    """An argument that the worker gets with the same type."""

    number: int
    email: str
    cents: int
    due: date


async def send_welcome(email: str, name: str) -> None:
    """Run on the worker's event loop."""
    logger.info("welcome to %s: started", email)
    await asyncio.sleep(0.5)  # simulates a mail server
    put(f"welcome-{email}", f"Welcome, {name}!")


def write_invoice(invoice: Invoice) -> None:
    """Run in a thread of the worker, where a plain function may block."""
    logger.info("invoice %d: started", invoice.number)
    time.sleep(2)  # simulates slow work, such as creating a PDF
    put(f"invoice-{invoice.number}", f"{invoice.cents / 100:.2f} due on {invoice.due:%d %B %Y}")


async def send_reminder(email: str) -> None:
    """Run some time after the task is queued."""
    logger.info("reminder to %s: started", email)
    put(f"reminder-{email}", "You have not confirmed your address yet.")


def put(name: str, text: str) -> None:
    """Write a file. A task that runs again writes the same file again."""
    folder = Path(os.environ.get("OUTBOX", "outbox"))
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    logger.info("%s: done", name)
