"""A parameter without an annotation accepts any type.

Subject: any and optional

The task fails only when it runs. pyright's and basedpyright's strict modes report the unknown type
of the target, not the argument.
"""

from typed_bg import BackgroundTasks


def send(to, copies=1):  # E?: untyped-definition
    """Send an email."""
    return to.lower() * copies  # E?: untyped-definition


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(send, 1)  # E: argument-type
