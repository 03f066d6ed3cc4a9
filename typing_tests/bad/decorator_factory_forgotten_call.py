"""A decorator factory is used without parentheses, so it takes the function as its own argument.

Subject: decorators

`send` is then the factory's inner function, which expects a function to decorate.
"""

from collections.abc import Callable

from typed_bg import BackgroundTasks


def retried(times: int) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Retry."""

    def decorate(func: Callable[[str], None]) -> Callable[[str], None]:
        return func

    return decorate


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(retried(3), "a")  # E: argument-type
