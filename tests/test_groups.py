"""What pytest needs: groups that have effect, and one name for each test module."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest


@pytest.mark.xdist_group("groups")
def test_a_group_has_effect(request: pytest.FixtureRequest) -> None:
    """pytest-xdist sends tests to the same process if their ids end in the same group."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("the tests do not run in several processes")
    assert request.node.nodeid.endswith("@groups")


def test_each_test_module_has_a_name_of_its_own() -> None:
    """pytest cannot import two of one name: their folders are not packages."""
    tests = Path(__file__).parent
    corpora = ("corpus", "families", "recipe_claims", "apps")
    names = Counter(
        path.name
        for path in tests.rglob("test_*.py")
        if not any(part in corpora for part in path.relative_to(tests).parts)
    )
    assert [name for name, count in names.items() if count > 1] == []
