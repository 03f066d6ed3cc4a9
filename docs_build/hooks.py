"""The MkDocs hooks that insert the generated parts. Only this file depends on MkDocs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mkdocs.plugins import event_priority
from mkdocs.structure.files import File

from docs_build import repository
from docs_build.inventories import write_inventories
from docs_build.made import ROOT, fill, pages
from docs_build.outcomes import read_suite
from scripts.set_owner import current_owner

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


@event_priority(100)  # before mkdocstrings reads its options
def on_config(config: MkDocsConfig) -> None:
    """Pass the inventories in this folder to mkdocstrings."""
    read_suite.cache_clear()  # `serve` rebuilds the site
    listed = ROOT / "docs_build" / "inventories.toml"
    plugin: Any = config.plugins["mkdocstrings"]
    plugin.config["handlers"]["python"]["inventories"] = write_inventories(
        listed, ROOT / "build" / "inventories"
    )


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages that are generated completely, and let the reports link to the site."""
    for path, content in pages().items():
        files.append(File.generated(config, path, content=content))
    for file in [each for each in files if each.src_uri.startswith("audit/")]:
        files.remove(file)
        content = repository.report(file.content_string)
        files.append(File.generated(config, file.src_uri, content=content))


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the markers in a page, and its links to a repository that has no owner yet."""
    return repository.page(fill(markdown), current_owner(ROOT))
