"""Run tasks in this process after the response, or send them to a distributed engine.

```python
app = FastAPI()
use(app, engine=DocketEngine("redis://localhost:6379/0"))
```

Your calls do not change: `background_tasks.add_task(send_email, to, retries=3)` is checked as
before. Its arguments are written as JSON when the task is added, and the response starts only
after the engine has accepted every task of the request.
"""

from typed_bg._core.engine import Engine, EngineChoice, TaskCall, TaskOptions
from typed_bg.engines.setup import use

__all__ = ["Engine", "EngineChoice", "TaskCall", "TaskOptions", "use"]
