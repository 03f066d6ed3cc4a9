# Signatures for environments without FastAPI. Everything that is not here is Any.
from typing import Any

from fastapi.background import BackgroundTasks as BackgroundTasks

def __getattr__(name: str) -> Any: ...
