"""A class gets an argument of the wrong type for its __new__.

Subject: classes
"""

from typing_extensions import Self

from typed_bg import BackgroundTasks


class Token:
    """A token."""

    def __new__(cls, value: str) -> Self:
        """Make a token."""
        return super().__new__(cls)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Token, 1)  # E: argument-type
