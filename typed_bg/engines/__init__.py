"""Where tasks run: in this process after the response, or handed to a distributed engine.

```python
app = FastAPI()
use(app, engine=DocketEngine("redis://localhost:6379/0"))
```

No call changes: `background_tasks.add_task(send_email, to, retries=3)` is checked as ever, its
arguments are written as JSON when it is added, and before the client hears that all is well, the
engine has accepted every task of the request.
"""

from typed_bg._core.engine import Engine, EngineChoice, TaskCall, TaskOptions
from typed_bg.engines.setup import use

__all__ = ["Engine", "EngineChoice", "TaskCall", "TaskOptions", "use"]
