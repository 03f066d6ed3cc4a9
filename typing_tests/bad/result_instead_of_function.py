"""A function is called instead of passed, and its result is not callable.

Subject: called instead of passed
"""

from typed_bg import BackgroundTasks


def build(name: str) -> str:
    """Build."""
    return name


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(build("a"))  # E: not-callable
