"""Methods of a Path.

Subject: standard library
"""

from pathlib import Path

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    path = Path("no-such-file")
    tasks.add_task(path.unlink, missing_ok=True)
    tasks.add_task(path.write_text, "hello", encoding="utf-8")
