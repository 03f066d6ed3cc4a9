"""A class is missing an argument of its __init__.

Subject: classes
"""

from typed_bg import BackgroundTasks


class Report:
    """A report."""

    def __init__(self, title: str, pages: int) -> None:
        self.title = title
        self.pages = pages


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Report, "a")  # E: missing-argument
