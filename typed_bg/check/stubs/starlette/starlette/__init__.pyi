# Signatures for environments without Starlette. Everything that is not here is Any.
from typing import Any

def __getattr__(name: str) -> Any: ...
