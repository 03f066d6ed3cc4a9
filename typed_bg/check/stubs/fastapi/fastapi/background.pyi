from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from typing_extensions import ParamSpec

_P = ParamSpec("_P")

class BackgroundTasks(StarletteBackgroundTasks):
    def add_task(self, func: Callable[_P, Any], *args: _P.args, **kwargs: _P.kwargs) -> None: ...
    async def __call__(self) -> None: ...
