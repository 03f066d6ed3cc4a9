"""A name of type `Any`."""

from typing import Any

audit: Any = print
