"""A method reached through attributes gets a str instead of bytes.

Subject: methods
"""

from typed_bg import BackgroundTasks


class Client:
    """A client."""

    async def post(self, url: str, body: bytes = b"") -> int:
        """Post."""
        return 200


class Service:
    """A service."""

    def __init__(self) -> None:
        self.client = Client()


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    service = Service()
    tasks.add_task(service.client.post, "/a", body="x")  # E: argument-type
