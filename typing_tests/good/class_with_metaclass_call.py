"""A class whose metaclass defines __call__.

Subject: classes
"""

from typing import Any

from typing_extensions import override

from typed_bg import BackgroundTasks


class Meta(type):
    """A metaclass that passes everything on."""

    @override
    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, **kwargs)


class Job(metaclass=Meta):
    """A job."""

    def __init__(self, name: str) -> None:
        self.name = name


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(Job, "a")
