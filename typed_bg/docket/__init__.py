"""Background tasks run by workers on other machines, handed over through Docket and Redis.

```python
engine = DocketEngine("rediss://:password@redis.internal:6379/0")
```

The tasks of one request are handed over in one Redis transaction: the server takes all or none.

**Delivery is at least once.** A task whose worker dies runs again in another, and so does one whose
worker lost Redis before it could say that the task was done: a task must be idempotent. A key keeps
a second task with the same key and name out while the first waits or runs, no longer.

**Who can write to that Redis runs code in the workers.** Our payload is JSON, but Docket wraps it
with cloudpickle and unpickles what it reads. Give Redis a password and a network of its own; the
engine warns in its log where it sees neither.

**A task is as safe as the server's disk.** A Redis without `appendonly yes` forgets accepted tasks
when it is killed, and one that evicts keys (`maxmemory-policy` other than `noeviction`) drops tasks
in silence. The engine reads both from the server when it starts, and warns.

A `timeout` ends an `async def`. It cannot end a plain function, which runs on in its thread, beside
the next attempt where there is one.

A delayed task starts by the clocks of the web process and of the worker: keep them in step.
"""

from typed_bg.docket.engine import DocketEngine

__all__ = ["DocketEngine"]
