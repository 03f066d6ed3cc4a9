"""A method of a str and a slot wrapper.

Subject: standard library
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task("{} {name}".format, 1, name="a")
    tasks.add_task(str.upper, "a")
