"""What the commands write to a stream."""

from typing import TextIO


def printable(text: str, stream: TextIO | None) -> str:
    """Escape the characters that a stream cannot encode."""
    encoding = "utf-8" if stream is None else stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
