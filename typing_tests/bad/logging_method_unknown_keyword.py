"""A logging method gets a keyword for its message, as in structlog.

Subject: standard library
"""

import logging

from typed_bg import BackgroundTasks

logger = logging.getLogger(__name__)


def main(tasks: BackgroundTasks) -> None:
    """Add the task."""
    tasks.add_task(logger.warning, "sent", to="a")  # E: unknown-keyword
