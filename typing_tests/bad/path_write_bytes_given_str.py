"""Path.write_bytes gets a str.

Subject: standard library
"""

from pathlib import Path

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Path("a.bin").write_bytes, "hello")  # E: argument-type
