"""Where MkDocs meets the generated parts: the only file here that knows MkDocs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from docs_build.inventories import write_inventories

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).parents[1]


@event_priority(100)  # before mkdocstrings reads its options
def on_config(config: MkDocsConfig) -> None:
    """Hand mkdocstrings the inventories that are kept here."""
    listed = ROOT / "docs_build" / "inventories.toml"
    handlers = config.plugins["mkdocstrings"].config["handlers"]
    handlers["python"]["inventories"] = write_inventories(listed, ROOT / "build" / "inventories")
