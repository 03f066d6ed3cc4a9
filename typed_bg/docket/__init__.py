"""Run background tasks in workers on other machines, through Docket and Redis.

```python
engine = DocketEngine("rediss://:password@redis.internal:6379/0")
```

The tasks of one request are sent in one Redis transaction: the server accepts all of them or none.

**Delivery is at least once.** A task runs again in another worker if its worker dies, or loses
Redis before it can report that the task is done. So tasks must be idempotent. A key keeps a second
task with the same key and name out of the queue only while the first one waits or runs. A task
that kills its worker each time is set aside as failed after `max_deliveries`.

**Anyone who can write to that Redis can run code in your workers.** Our payload is JSON, but
Docket wraps it with cloudpickle and unpickles what it reads. Give Redis a password and a network
of its own; the engine logs a warning if it finds neither.

**A task is as safe as the server's disk.** A Redis without `appendonly yes` forgets accepted tasks
when it is killed. One that evicts keys (`maxmemory-policy` other than `noeviction`) drops tasks
without an error. The engine reads both settings when it starts, and logs a warning.

A `timeout` cancels an `async def`. It cannot stop a `def`, which keeps running in its thread,
possibly beside the next attempt.

A delayed task starts by the clocks of the web process and of the worker, so keep them in step.
"""

from typed_bg.docket.engine import DocketEngine

__all__ = ["DocketEngine"]
