"""The public surface: every public module, and what it exports."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

SURFACE = {
    "typed_bg": {
        *("BackgroundTask", "BackgroundTasks", "FailedTask", "task"),
        *("TaskError", "TaskArgumentError", "TaskTargetError", "MissingCallError"),
        *("EngineUnavailable", "TaskOptionError", "TaskPayloadError", "UnknownTaskError"),
    },
    "typed_bg.background": {
        *("BackgroundTask", "BackgroundTasks", "OnError", "OnException"),
        *("CheckTypes", "ErrorHandler", "FailedTask"),
    },
    "typed_bg.fastapi": {
        *("BackgroundTasks", "CheckedBackgroundTasks", "task_options"),
        *("MisannotatedHandlerWarning", "misannotated_handlers"),
    },
    "typed_bg.testing": {"CapturedTask", "capture"},
    "typed_bg.exceptions": {
        *("TaskError", "TaskArgumentError", "TaskTargetError", "MissingCallError"),
        *("EngineUnavailable", "TaskOptionError", "TaskPayloadError", "UnknownTaskError"),
    },
    "typed_bg.engines": {"Engine", "EngineChoice", "TaskCall", "TaskOptions", "use"},
    "typed_bg.engines.worker": {"Message", "TooManyDeliveriesError", "execute", "loads"},
    "typed_bg.docket": {"DocketEngine"},
    "typed_bg.celery": {"CeleryEngine"},
    "typed_bg.checkers": {
        *("CHECKERS", "Checker", "CheckerError", "Diagnostic", "Failure", "Profile", "Run"),
        *("Severity", "revealed_type", "run"),
    },
    "typed_bg.griffe": {"OneParameterSection"},
}
NEEDS = {"typed_bg.engines.worker": "pydantic", "typed_bg.fastapi": "fastapi"}
NEEDS |= {"typed_bg.docket": "docket", "typed_bg.celery": "celery", "typed_bg.griffe": "griffe"}
REFERENCE = Path(__file__).parents[1] / "docs" / "reference"


@pytest.mark.parametrize("name", SURFACE)
def test_a_public_module_exports_what_is_listed_here(name):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    module = importlib.import_module(name)
    assert len(module.__all__) == len(set(module.__all__))
    assert set(module.__all__) == SURFACE[name]
    assert all(hasattr(module, exported) for exported in module.__all__)


@pytest.mark.parametrize("name", sorted(SURFACE.keys() - {"typed_bg"}))
def test_a_public_module_has_a_place_in_the_reference(name):
    pages = "".join(page.read_text("utf-8") for page in REFERENCE.glob("*.md"))
    assert f"::: {name}" in pages
