from typing import Any

import fastapi

from typed_bg import background
from typed_bg.background import OnException

class CheckedBackgroundTasks(background.BackgroundTasks, fastapi.BackgroundTasks):  # type: ignore[misc]
    on_exception: OnException

BackgroundTasks = CheckedBackgroundTasks

def __getattr__(name: str) -> Any: ...
