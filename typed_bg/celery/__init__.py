"""Background tasks run by Celery workers, handed over through the broker that Celery uses.

```python
engine = CeleryEngine(celery_app)  # the app that the team has, or CeleryEngine(broker="redis://...")
```

Workers are started as ever: `celery -A app.main:engine.app worker`. They import the module that
makes the engine, and with it the one task that runs all of ours; a worker that does not import it
drops what it is given, which is Celery's way with tasks that it does not know.

**Delivery is at least once.** A task is acknowledged when it has ended, and one whose worker dies
runs again in another: a task must be idempotent. That holds for the tasks that come through here
alone; what else the app has keeps its own settings.

**A request's tasks are queued one by one.** Celery cannot queue several at once: when the broker
fails half-way, the first ones are queued and run. `EngineUnavailable.accepted` counts them.

**What Redis gives back, and when.** With Redis as the broker, the tasks of a worker that died are
delivered again after `visibility_timeout`, an hour unless the app sets it. An app that is made here
has 60 seconds. Celery gives a task that is *longer* than that, or is delayed for longer, to a
second worker while the first one lives; for the tasks that come through here it does not, since
their worker renews what it holds.

**There are no keys.** Celery has nothing that keeps a second task with the same key out, so a task
with a key is refused when it is added.

A `timeout` holds in every pool of Celery's: an `async def` is cancelled, a `def`, which runs in a
thread, goes on, while its task counts as failed. The app's own `task_time_limit` holds as well, in
the prefork pool; it kills the process, and no attempt follows.
"""

from typed_bg.celery._engine import CeleryEngine

__all__ = ["CeleryEngine"]
