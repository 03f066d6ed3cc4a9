"""Path.unlink gets a misspelled keyword.

Subject: standard library
"""

from pathlib import Path

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Path("no-such-file").unlink, missing=True)  # E: unknown-keyword
