from typing import Any

from starlette.concurrency import run_in_threadpool as run_in_threadpool

def __getattr__(name: str) -> Any: ...
