"""Run background tasks in workers on other machines, through Docket and Redis.

```python
engine = DocketEngine("rediss://:password@redis.internal:6379/0")
```

The tasks of one request are sent in one Redis transaction: the server accepts all of them or none.

Delivery is at least once: a task runs again in another worker if its worker dies, so tasks must be
idempotent. Anyone who can write to that Redis can run code in your workers. The page "Beyond one
process" of the documentation describes both, and what Redis needs to keep accepted tasks.
"""

from typed_bg.docket.engine import DocketEngine

__all__ = ["DocketEngine"]
