"""`**kwargs` of one type takes any keyword with a value of that type.

Subject: parameters
"""

from typed_bg import BackgroundTasks


def tag(name: str, **labels: str) -> None:
    """Tag an object."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(tag, "a")
    tasks.add_task(tag, "a", colour="red", size="small")
