"""A logging method is missing its message.

Subject: standard library
"""

import logging

from typed_bg import BackgroundTasks

logger = logging.getLogger(__name__)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(logger.warning)  # E: missing-argument
