"""`use` gets an unknown value for `when`.

Subject: engines
"""

from starlette.applications import Starlette

from typed_bg import BackgroundTasks
from typed_bg.engines import use


def main(_tasks: BackgroundTasks) -> None:
    """Use the engine."""
    use(Starlette(), when="at_once")  # E: argument-type
