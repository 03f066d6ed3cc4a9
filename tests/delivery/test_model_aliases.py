"""Models whose JSON has other names, or more, than their fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, computed_field

from typed_bg.engines.argument_codec import codec_of


class Aliased(BaseModel):
    retries: int = Field(alias="maxRetries")


class ByName(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    retries: int = Field(alias="maxRetries")


class Computed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cents: int

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def euros(self) -> float:
        return self.cents / 100


def aliased(value: Aliased) -> None: ...
def by_name(value: ByName) -> None: ...
def computed(value: Computed) -> None: ...


@pytest.mark.parametrize(
    ("func", "value"),
    [
        (aliased, Aliased(maxRetries=3)),
        (by_name, ByName(retries=3)),
        (computed, Computed(cents=5)),
    ],
    ids=["alias", "alias and name", "computed field"],
)
def test_a_model_arrives_as_what_it_was(func: Any, value: BaseModel) -> None:
    codec = codec_of(func)
    array, members = codec.encode((value,), {"value": value})
    decoded = codec.decode(json.loads(array), json.loads(members))
    assert decoded == ((value,), {"value": value})
