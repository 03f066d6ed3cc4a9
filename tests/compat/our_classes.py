"""A pytest plugin: Starlette's and FastAPI's own tests get our classes in place of theirs.

`python -m pytest -p our_classes`, with this folder on `PYTHONPATH`, in an unpacked sdist.
"""

import fastapi
import starlette.background

import typed_bg
import typed_bg.fastapi

starlette.background.BackgroundTask = typed_bg.BackgroundTask
starlette.background.BackgroundTasks = typed_bg.BackgroundTasks
fastapi.BackgroundTasks = typed_bg.fastapi.BackgroundTasks
