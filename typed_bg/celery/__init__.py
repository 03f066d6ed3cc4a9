"""Background tasks run by Celery workers, handed over through the broker that Celery uses.

```python
engine = CeleryEngine(celery_app)  # the app that the team has, or:

engine = CeleryEngine(broker="redis://redis.internal:6379/0")
celery_app = engine.app
```

Workers are started as ever: `celery -A shop.main:celery_app worker`. They must import the module
that makes the engine, and with it the one task that runs all of ours: a worker that does not, such
as one of the release before, drops what it gets, which is Celery's way with tasks that it does not
know. A `queue` of our own keeps such workers out.

**Delivery is at least once.** A task is acknowledged when it has ended, and one whose worker dies
runs again in another: a task must be idempotent. One that kills its process itself, as by using up
the memory, is therefore run again and again, until it is revoked. All that holds for the tasks that
come through here alone; what else the app has keeps its own settings.

**A request's tasks are queued one by one.** Celery cannot queue several at once: when the broker
fails half-way, the first ones are queued and run. `EngineUnavailable.accepted` counts them.

**What Redis gives back, and when.** With Redis as the broker, the tasks of a worker that died are
delivered again after `visibility_timeout`: an hour unless the app sets it, 60 seconds in an app
that is made here. Kombu before 5.7 looks only every 100 seconds, whatever is set. Celery gives a
task that runs, waits for its time or waits for a free process for longer than that to a second
worker while the first one lives; not those that come through here, since their worker renews what
it holds.

**What a full Redis does.** At its `maxmemory`, with `noeviction`, it refuses new tasks. Celery's
workers may end then, and do not start, unless the app sets `broker_channel_error_retry=True`, as
one that is made here does: they then wait until it has room. Tasks that come through here are not
lost by that: a worker keeps and runs what Redis does not let it record. One that is killed before
there is room again loses those; its log tells that it has such.

**What remains.** Kombu takes a task off its queue in one step and records who has it in the next: a
worker, or a Redis, that is killed in between loses it. A worker that is asked to end under load may
hand back tasks that it has just finished, at most as many as it runs at a time; they run again.

**There are no keys.** Celery has nothing that keeps a second task with the same key out, so a task
with a key is refused when it is added.

**A worker has one event loop to a process**, on which all of its async tasks run: clients and pools
that they keep between them go on working.

A `timeout` holds in the pools prefork, threads and solo: an `async def` is cancelled; a `def`,
which runs in a thread, goes on where it does not end by itself within 5 seconds, and counts as
failed. The app's own `task_time_limit`, in prefork alone, kills the process, and no attempt
follows.

A name that a worker does not know is offered again after 1 to 10 seconds, without end. What fails
for good is kept in the app's result backend, where it has one, with what Celery keeps of a task; an
app that is made here keeps the payload as well, for a day.
"""

from typed_bg.celery.engine import CeleryEngine

__all__ = ["CeleryEngine"]
