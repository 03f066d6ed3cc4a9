"""The package's imports point in one direction, lazy and type-only imports counted."""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "typed_bg"

# What each part may import besides itself. docs/internals.md draws it.
ALLOWED = {
    "exceptions": set(),
    "_core": {"exceptions"},
    "background": {"_core", "exceptions"},
    "fastapi": {"_core", "background", "exceptions"},
    "testing": {"_core"},
    "typed_bg": {"_core", "background", "engines", "exceptions"},  # connects core and engines
    "engines": {"_core", "background", "exceptions", "fastapi"},  # options for FastAPI apps
    "docket": {"_core", "engines", "exceptions"},
    "celery": {"_core", "engines", "exceptions"},
    "_source": set(),
    "griffe": set(),
    "docstrings": {"_source"},
    "checkers": set(),
    "check.results": {"_source"},
    "check.project": {"_source", "checkers", "check.results"},
    "check.calls": {"_source", "check.results"},
    "check.probes": {"_source", "check.results", "check.calls"},
    "check.verdicts": {"_source", "checkers", "check.results", "check.calls", "check.probes"},
    "check.reasons": {
        *("_source", "checkers", "check.results", "check.project", "check.calls"),
        *("check.probes", "check.verdicts"),
    },
    "check.reports": {"_source", "check.results"},
    "check": {
        *("_source", "checkers", "check.results", "check.project", "check.calls"),
        *("check.probes", "check.verdicts", "check.reasons"),
    },
    "lsp": {
        *("_source", "docstrings", "check.calls", "check.project", "check.results"),
    },
    "fix": {
        *("_source", "checkers", "check", "check.results", "check.project", "check.calls"),
        *("check.reports", "check.verdicts"),
    },
    "cli": {
        *("_core", "_source", "fix", "check", "check.calls", "check.project", "check.reports"),
        *("check.results", "checkers", "docstrings", "engines", "exceptions", "lsp"),
    },
    "__main__": {"cli"},
}


def part_of(module: str) -> str:
    """Return the part of the package that a module belongs to."""
    names = module.split(".")[1:]
    if names[:1] == ["check"] and ".".join(names[:2]) in ALLOWED:
        return ".".join(names[:2])
    return names[0] if names else "typed_bg"


def modules(package: Path) -> dict[str, Path]:
    """Return the file of each module."""
    found = {}
    for file in package.rglob("*.py"):
        parts = file.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = file
    return found


def imports(package: Path) -> dict[str, set[str]]:
    """Return the modules of the package that each of its modules imports, wherever it does."""
    files = modules(package)
    graph: dict[str, set[str]] = defaultdict(set)
    for module, file in files.items():
        graph[module] = set()
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                named = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                named = {name if name in files else node.module for name in whole}
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "importlib.import_module":
                argument = node.args[0]
                named = {argument.value} if isinstance(argument, ast.Constant) else set()
            else:
                continue
            graph[module] |= named & files.keys() - {module}
    return graph


def wrong_arrows(package: Path) -> list[str]:
    """Return each import that its part may not make."""
    return sorted(
        f"{module} imports {name}"
        for module, names in imports(package).items()
        for name in names
        if part_of(name) not in {part_of(module), *ALLOWED[part_of(module)]}
    )


def test_every_part_imports_only_what_it_may() -> None:
    assert wrong_arrows(PACKAGE) == []


def test_no_import_circle() -> None:
    TopologicalSorter(imports(PACKAGE)).prepare()


@pytest.mark.parametrize(
    "text",
    [
        "from typed_bg.check.run import check_project",
        "def lazy():\n    from typed_bg import check",
        "if TYPE_CHECKING:\n    import typed_bg.check.run",
        "importlib.import_module('typed_bg.check.run')",
    ],
)
def test_an_arrow_in_the_wrong_direction_and_a_circle_are_seen(text: str, tmp_path: Path) -> None:
    for name in ("", "_source", "check"):
        (tmp_path / "typed_bg" / name).mkdir(exist_ok=True)
        (tmp_path / "typed_bg" / name / "__init__.py").touch()
    (tmp_path / "typed_bg/check/run.py").write_text("from typed_bg._source import files")
    (tmp_path / "typed_bg/check/__init__.py").write_text("import typed_bg.check.run")
    (tmp_path / "typed_bg/_source/files.py").write_text(text)
    (found,) = wrong_arrows(tmp_path / "typed_bg")
    assert found.startswith("typed_bg._source.files imports typed_bg.check")
    with pytest.raises(CycleError):
        TopologicalSorter(imports(tmp_path / "typed_bg")).prepare()
