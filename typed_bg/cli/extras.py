"""The message for a command whose extra is not installed. It imports nothing of an extra."""

from __future__ import annotations


def lacks(package: str | None, extra: str = "check") -> str:
    """Return what to install if a package is missing."""
    return f"this command needs {package}: pip install 'typed-bg[{extra}]'"
