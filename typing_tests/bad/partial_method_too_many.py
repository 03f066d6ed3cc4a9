"""A partialmethod, accessed through an instance, gets one argument too many.

Subject: functools

The stub of partialmethod returns `Callable[..., T]`, so no checker knows its parameters.
"""

from functools import partialmethod

from typed_bg import BackgroundTasks


class Lamp:
    """A lamp."""

    def switch(self, on: bool) -> None:
        """Switch."""

    switch_on = partialmethod(switch, True)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Lamp().switch_on, False)  # E: too-many-arguments
