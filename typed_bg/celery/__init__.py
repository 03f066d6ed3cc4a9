"""Run background tasks in Celery workers, through the broker that Celery uses.

```python
engine = CeleryEngine(celery_app)  # the app that your team already has, or:

engine = CeleryEngine(broker="redis://redis.internal:6379/0")
celery_app = engine.app
```

You start workers as before: `celery -A shop.main:celery_app worker`. They must import the module
that makes the engine, which registers the one Celery task that runs all of yours. A worker that
does not, such as one of the previous release, drops the tasks, as Celery does with all unknown
tasks. A `queue` of its own keeps such workers away from them.

**Delivery is at least once.** A task is acknowledged after it has ended, and runs again in another
worker if its worker dies. So tasks must be idempotent. A task that kills its process each time,
for example by using up the memory, is set aside as failed after `max_deliveries`, if the broker is
Redis. These settings apply only to tasks sent by this engine; the app's other tasks keep their
own.

**A request's tasks are queued one by one.** Celery cannot queue several at once: if the broker
fails halfway, the first ones are queued and will run. `EngineUnavailable.accepted` is their
number.

**When Redis redelivers.** With Redis as the broker, the tasks of a worker that died are delivered
again after `visibility_timeout`: one hour unless the app sets it, 60 seconds in an app made here.
Kombu before 5.7 checks only every 100 seconds, whatever you set. Celery also redelivers a task
that runs or waits for longer than that while its worker lives. That does not happen to tasks of
this engine, because their worker keeps renewing its claim on them.

**When Redis is full.** At its `maxmemory`, with `noeviction`, Redis rejects new tasks. Celery's
workers may then stop, and cannot start, unless the app sets `broker_channel_error_retry=True`, as
an app made here does: its workers wait until there is room. Tasks of this engine are not lost by
that: a worker keeps and runs a task even if Redis does not let it record that. If such a worker is
killed before there is room again, it loses those tasks; its log says that it has some.

**What can still be lost.** Kombu takes a task off its queue in one step and records which worker
has it in the next. If the worker or Redis is killed in between, the task is lost. A worker that is
stopped under load may hand back tasks that it has just finished, at most as many as it runs at a
time; they run again.

**There are no keys.** Celery cannot keep a second task with the same key out, so `tasks.add`
raises an error for a task with a key.

**A worker process has one event loop**, on which all of its async tasks run: clients and pools
that they share keep working.

A `timeout` works in the pools prefork, threads and solo. It cancels an `async def`. A `def` runs
in a thread and keeps running if it does not end within 5 more seconds; its attempt counts as
failed. The app's own `task_time_limit`, in prefork only, kills the process, and no attempt
follows.

If a worker does not know a task's name, the task is offered again after 1 to 10 seconds, without
end. Tasks that fail for good are kept in the app's result backend, if it has one. An app made here
keeps their payload as well, for a day.
"""

from typed_bg.celery.engine import CeleryEngine

__all__ = ["CeleryEngine"]
