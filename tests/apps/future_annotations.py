"""Handlers whose annotations are strings, one of them with a name that only type checkers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends

import typed_bg  # noqa: TC001  # FastAPI looks it up
from typed_bg.fastapi import BackgroundTasks  # noqa: TC001  # FastAPI looks it up

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter()
ran: list[str] = []


def audit(background_tasks: BackgroundTasks) -> BackgroundTasks:
    background_tasks.add_task(ran.append, "dependency")
    return background_tasks


@router.get("/annotated-by-strings")
def annotated_by_strings(
    background_tasks: BackgroundTasks,
    audited: Annotated[object, Depends(audit)],
) -> dict[str, bool]:
    background_tasks.add_task(ran.append, "handler")
    return {"same": audited is background_tasks}


@router.get("/misannotated", response_model=None)
def misannotated(background_tasks: typed_bg.BackgroundTasks) -> None:
    background_tasks.add_task(ran.append, "unchecked")


def needs_a_checkers_name(background_tasks: typed_bg.BackgroundTasks) -> Mapping[str, str]:
    background_tasks.add_task(ran.append, "unchecked")
    return {}
