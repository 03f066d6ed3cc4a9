"""In two steps, a task with parameters called func, self, args and kwargs.

Subject: two steps
"""

from typed_bg import BackgroundTasks


def send(func: str, self: int, args: list[int], kwargs: dict[str, int]) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add(send)(func="a", self=1, args=[2], kwargs={"b": 3})
