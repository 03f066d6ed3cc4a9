"""A lambda with a parameter is added without an argument.

Subject: lambdas

pyrefly does not count a lambda's parameters. Its strict preset only reports unknown types.
"""

from typed_bg import BackgroundTasks


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(lambda name: print(name))  # E: lambda
