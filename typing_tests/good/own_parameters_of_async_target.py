"""An async target with parameters called func, self, args and kwargs.

Subject: names
"""

from typed_bg import BackgroundTasks


async def run(func: str, self: int, args: list[str], kwargs: dict[str, int]) -> None:
    """Run."""


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(run, func="a", self=1, args=["b"], kwargs={"c": 2})
