"""What newer Pythons change: deferred annotations (3.14) and lazy imports (3.15)."""

import importlib
import json
import sys

import pytest
from fastapi import FastAPI

from typed_bg import BackgroundTask, TaskArgumentError, TaskPayloadError
from typed_bg.cli.app_loading import LoadingError, load
from typed_bg.engines.argument_codec import codec_of
from typed_bg.fastapi import misannotated_handlers
from typed_bg.testing import capture

deferred = pytest.mark.skipif(
    sys.version_info < (3, 14), reason="Python 3.14 was the first to wait with annotations"
)
lazy = pytest.mark.skipif(
    sys.version_info < (3, 15), reason="lazy imports need Python 3.15 (PEP 810)"
)

# No `from __future__ import annotations`: the names are looked up when somebody wants the types.
DEFERRED = """
from typing import TYPE_CHECKING, Annotated

import typed_bg

if TYPE_CHECKING:
    from decimal import Decimal

def send(amount: Annotated[Decimal, "what is sent"], to: str = "root"): ...

def later(it: Later): ...

class Later: ...

def handler(tasks: typed_bg.BackgroundTasks) -> Decimal: ...

def make(amount: Decimal): ...
"""
LAZY = """
from __future__ import annotations

lazy from decimal import Decimal
lazy import fractions
lazy import typed_bg

def send(amount: Decimal, part: fractions.Fraction): ...

def handler(tasks: typed_bg.BackgroundTasks): ...
"""


@pytest.fixture
def module(request, tmp_path, monkeypatch):
    """Import a module with the given text."""
    (tmp_path / "newer_python.py").write_text(request.param)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield importlib.import_module("newer_python")
    del sys.modules["newer_python"]


with_deferred = pytest.mark.parametrize(
    "module", [pytest.param(DEFERRED, marks=deferred)], indirect=True, ids=[""]
)
with_lazy = pytest.mark.parametrize(
    "module", [pytest.param(LAZY, marks=lazy)], indirect=True, ids=[""]
)


@with_deferred
def test_a_task_is_checked_without_its_annotations(module):
    assert BackgroundTask(module.send, 1).args == (1,)
    with pytest.raises(TaskArgumentError, match="missing 1 required positional") as caught:
        BackgroundTask(module.send)
    assert "send(amount: Annotated[Decimal, 'what is sent'], to: str = 'root')" in str(caught.value)


@with_deferred
@pytest.mark.anyio
async def test_arguments_are_captured_without_annotations(module):
    with capture() as tasks:
        await BackgroundTask(module.send, 1)()
    assert tasks[0].arguments == {"amount": 1, "to": "root"}


@with_deferred
def test_a_payload_needs_the_annotations_of_what_is_passed(module):
    assert codec_of(module.send).encode((), {"to": "x"}) == ("[]", '{"to":"x"}')
    with pytest.raises(TaskPayloadError, match="parameter amount cannot be evaluated") as caught:
        codec_of(module.send).encode((1,), {})
    assert "NameError: name 'Decimal' is not defined" in caught.value.fact
    assert "Later, cannot" in _refused(module.later, module.Later())  # defined below the function


def _refused(func, argument):
    with pytest.raises(TaskPayloadError) as caught:
        codec_of(func).encode((argument,), {})
    return caught.value.fact


@with_deferred
def test_a_return_annotation_hides_no_misannotated_handler(module):
    app = FastAPI()
    app.get("/", response_model=None)(module.handler)
    (line,) = misannotated_handlers(app)
    assert "handler(tasks: typed_bg.BackgroundTasks)" in line


@with_deferred
def test_a_factory_with_parameters_is_rejected(module):
    with pytest.raises(LoadingError, match="newer_python:make"):
        load("newer_python:make", factory=True)


@with_lazy
def test_a_lazily_imported_annotation_is_carried(module):
    amount, part = module.Decimal("1.5"), module.fractions.Fraction(1, 2)
    codec = codec_of(module.send)
    array, members = codec.encode((amount,), {"part": part})
    assert codec.decode(json.loads(array), json.loads(members)) == ((amount,), {"part": part})


@with_lazy
def test_a_lazily_imported_class_is_found_in_a_handler(module):
    app = FastAPI()
    app.get("/", response_model=None)(module.handler)
    assert len(misannotated_handlers(app)) == 1
