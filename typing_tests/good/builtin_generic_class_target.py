"""dict, a generic class of the standard library.

Subject: standard library

pyrefly's strict preset rejects the bare class as an implicit `dict[Any, Any]`.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(dict, a=1)
