"""What the tests of running tasks share: targets that say that they ran, and what errors say."""

from __future__ import annotations


class Log(list):
    """What ran, in order; its methods are targets."""

    def sync(self, value):
        self.append(value)

    async def asynchronous(self, value):
        self.append(value)

    def fail(self, error):
        self.append(error)
        raise error

    async def fail_async(self, error):
        self.append(error)
        raise error


def notes_of(error):
    return getattr(error, "__notes__", [])


def place_of(task):
    return str(task._added)
