"""A class that is called with the arguments of its __init__.

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
