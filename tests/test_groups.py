"""Tests that share something expensive run in one process, so that it is made only once."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("groups")
def test_a_group_has_effect(request: pytest.FixtureRequest) -> None:
    """pytest-xdist sends tests to the same process if their ids end in the same group."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("the tests do not run in several processes")
    assert request.node.nodeid.endswith("@groups")
