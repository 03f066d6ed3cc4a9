"""A class is called with its __init__'s arguments.

Subject: classes
"""

from typed_bg import BackgroundTasks


class Report:
    """A report."""

    def __init__(self, title: str, pages: int = 1) -> None:
        self.title = title
        self.pages = pages


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Report, "a", pages=2)
