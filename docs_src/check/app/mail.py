"""The emails that the shop sends."""

from app.tracing import traced


@traced
def send_email(to: str, subject: str, *, retries: int = 3) -> None:
    """Send an email."""


def write_log(line: str) -> None:
    """Write to the log."""
