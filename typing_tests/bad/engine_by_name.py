"""A collection's engine is set to an unknown name.

Subject: engines
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.engine = "docket"  # E: assignment
