"""An engine of a collection by a name that there is not.

Subject: engines
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.engine = "docket"  # E: assignment
