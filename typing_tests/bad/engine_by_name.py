"""A collection is created with an unknown engine name.

Subject: engines
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.engine = "docket"  # E: assignment
