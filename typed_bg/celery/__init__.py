"""Run background tasks in Celery workers, through the broker that Celery uses.

```python
engine = CeleryEngine(celery_app)  # the app that your team already has, or:

engine = CeleryEngine(broker="redis://redis.internal:6379/0")
celery_app = engine.app
```

You start workers as before: `celery -A shop.main:celery_app worker`. They must import the module
that makes the engine, which registers the one Celery task that runs all of yours.

Delivery is at least once: a task runs again in another worker if its worker dies, so tasks must be
idempotent. The page "Beyond one process" of the documentation describes what Redis redelivers and
what can be lost.
"""

from typed_bg.celery.engine import CeleryEngine

__all__ = ["CeleryEngine"]
