"""A call as an argument, whose result has the type of the parameter.

Subject: values
"""

from typing_extensions import assert_type

from typed_bg import BackgroundTasks


def address(user: int) -> str:
    """Give the address of a user."""
    return str(user)


def send(to: str) -> None:
    """Send an email."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    assert_type(address(1), str)
    tasks.add_task(send, address(1))
    tasks.add_task(send, to=f"{address(2)}.invalid")
