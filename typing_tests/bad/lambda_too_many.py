"""A lambda without parameters is added with an argument.

Subject: lambdas

pyrefly does not count a lambda's parameters.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(lambda: print("a"), "b")  # E: lambda
