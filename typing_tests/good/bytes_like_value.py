"""A bytearray and a memoryview for a Buffer.

Subject: values
"""

from typing_extensions import Buffer

from typed_bg import BackgroundTasks


def store(body: Buffer) -> None:
    """Store."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(store, bytearray(b"a"))
    tasks.add_task(store, memoryview(b"a"))
