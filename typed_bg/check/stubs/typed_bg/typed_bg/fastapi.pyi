from typing import Any

import fastapi

from typed_bg.background import BackgroundTasks as PlainTasks
from typed_bg.background import OnException

class CheckedBackgroundTasks(PlainTasks, fastapi.BackgroundTasks):  # type: ignore[misc]
    on_exception: OnException

BackgroundTasks = CheckedBackgroundTasks

def __getattr__(name: str) -> Any: ...
