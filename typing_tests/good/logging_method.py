"""A logging method with a message and its arguments.

Subject: standard library
"""

import logging

from typed_bg import BackgroundTasks

logger = logging.getLogger(__name__)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(logger.info, "sent %s to %s", 2, "a", extra={"to": "a"})
