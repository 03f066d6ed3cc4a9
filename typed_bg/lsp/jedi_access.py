"""Jedi and parso, which have no complete types, behind typed functions.

Jedi reads the source of modules. For a module without source, such as an extension module, it
would import it: here it may do so only for the standard library's.
"""

from __future__ import annotations

import contextlib
import pickle
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from typed_bg.check.project.cache_lock import own_cache
from typed_bg.lsp.trees import name_at, names_in

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from typed_bg.lsp.environment import ImportPath
    from typed_bg.lsp.trees import Leaf, Place, Tree

_jedi: Any = import_module("jedi")
_environment: Any = import_module("jedi.api.environment")
_subprocess: Any = import_module("jedi.inference.compiled.subprocess")
_functions: Any = import_module("jedi.inference.compiled.subprocess.functions")
_parso_tree: Any = import_module("parso.python.tree")
_parser_cache: Any = import_module("parso.cache").parser_cache
# parso has no grammar for other versions than these. The closest one parses most of the code.
_OLDEST, _NEWEST = (3, 6), (3, 14)

# Jedi asks for every name that it looks up, and parso would look through all tokens before it.
_parso_tree.Module.get_name_of_position = name_at


def _used_names(module: Any) -> Any:
    """Return all names of a module. parso would keep them until the garbage collector runs."""
    if module._used_names is None:  # noqa: SLF001
        module._used_names = _parso_tree.UsedNamesMapping(names_in(module))  # noqa: SLF001
    return module._used_names  # noqa: SLF001


_parso_tree.Module.get_used_names = _used_names

# What reading a file of the cache raises that was not written to its end.
BROKEN_CACHE = (EOFError, pickle.UnpicklingError)


@contextlib.contextmanager
def parse_cache(folder: Path) -> Generator[None, None, None]:
    """Keep parsed modules in a folder, or in a temporary one while another server uses that one.

    parso reads and writes its files without a lock, so a server could read half a file of another.
    """
    with contextlib.ExitStack() as stack:
        usable = stack.enter_context(own_cache(folder))
        if usable is None:
            temporary = tempfile.TemporaryDirectory(prefix="typed_bg_", ignore_cleanup_errors=True)
            usable = Path(stack.enter_context(temporary))
        _jedi.settings.cache_directory = usable
        yield


def clear_parse_cache() -> None:
    """Remove the files of the cache: a server that was killed can leave half a file."""
    for path in Path(_jedi.settings.cache_directory).iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class NamedObject:
    """Something that a name stands for.

    Attributes:
        kind: `function`, `class`, `instance`, `param`, `statement`, `module` and so on.
        name: Its name.
        full_name: Its dotted name, where it has one.
        path: The file that defines it.
        place: Where in that file its name is.
        handle: Jedi's own object.
    """

    kind: str
    name: str
    full_name: str
    path: Path | None
    place: Place | None
    handle: Any


class Source:
    """A module's text, and what its names stand for."""

    def __init__(self, text: str, path: Path, script: Any, tree: Tree) -> None:
        """Take what `Jedi` made."""
        self.text = text
        self.path = path
        self.tree = tree
        self.definitions: dict[str, list[tuple[Leaf, Place | None]]] = {}
        """The definitions of the names that were looked up, and where their scopes start."""
        self._script = script

    def goto(self, leaf: Leaf) -> list[NamedObject]:
        """Return where a name is defined, imports followed."""
        line, column = leaf.start_pos
        try:
            return _definitions(self._script.goto(line, column, follow_imports=True))
        except RecursionError:  # Jedi goes in circles between modules that import each other
            return _definitions(self._script.goto(line, column))

    def infer(self, leaf: Leaf) -> list[NamedObject]:
        """Return what the value of a name is."""
        line, column = leaf.start_pos
        return _definitions(self._script.infer(line, column))

    def close(self) -> None:
        """Free what Jedi has inferred. Afterwards, the module cannot be used any more.

        Jedi's objects refer to each other, so that the garbage collector would have to find them,
        and it rarely runs in a process with large trees. Each holds the text of its module.
        """
        state = self._script._inference_state  # noqa: SLF001
        modules: list[Any] = [
            *(module for found in state.module_cache._name_cache.values() for module in found),  # noqa: SLF001
            *(module for module in state.stub_module_cache.values() if module is not None),
        ]
        for results in state.memoize_cache.values():
            results.clear()
        for holder in (*modules, self._script, state):
            holder.__dict__.clear()


class Jedi:
    """Jedi for one project and environment. It is not safe to use in several threads at once."""

    def __init__(self, root: Path, imports: ImportPath, more: Sequence[Path] = ()) -> None:
        """Prepare it.

        Args:
            root: The project's root.
            imports: The environment's import path.
            more: More folders to look for modules in.
        """
        self._environment = _safe_environment(imports)
        added = [str(folder) for folder in (*more, root / "src") if folder.is_dir()]
        path = [*added, *imports.folders]
        self._project = _jedi.Project(root, sys_path=path, load_unsafe_extensions=False)
        self._grammar = self._environment.get_grammar()

    def source(self, text: str, path: Path) -> Source:
        """Return a module whose text may differ from that of its file."""
        script = _jedi.Script(text, path=path, project=self._project, environment=self._environment)
        # parso keeps the tree that Jedi has just made.
        return Source(text, path, script, self._parse(text, path))

    def parse_new(self, text: str, path: Path) -> None:
        """Parse a module if that was not done before. Any thread may do it."""
        # To parse it again changes its tree, which may be in use.
        if path not in _parser_cache.get(self._grammar._hashed, ()):  # noqa: SLF001
            self._parse(text, path)

    def _parse(self, text: str, path: Path) -> Tree:
        """Parse a module, but only what has changed since it was parsed before."""
        tree = self._grammar.parse(
            text, path=path, diff_cache=True, cache_path=_jedi.settings.cache_directory
        )
        return cast("Tree", tree)


def result_of(definition: NamedObject) -> list[NamedObject]:
    """Return what a callable returns."""
    return _definitions(definition.handle.execute())


def owner_of(definition: NamedObject) -> NamedObject | None:
    """Return the class, function or module that contains a definition."""
    parent = definition.handle.parent()
    return None if parent is None else _definition(parent)


def docstring_of(definition: NamedObject) -> str:
    """Return a docstring, without margin."""
    return str(definition.handle.docstring(raw=True))


def _definitions(found: Sequence[Any]) -> list[NamedObject]:
    return [_definition(name) for name in found]


def _definition(found: Any) -> NamedObject:
    return NamedObject(
        found.type, found.name, found.full_name or "", path_of(found), place_of(found), found
    )


def path_of(found: Any) -> Path | None:
    """Return the file that defines something of Jedi's."""
    return None if found.module_path is None else Path(found.module_path)


def place_of(found: Any) -> Place | None:
    """Return where in its file something of Jedi's is defined."""
    return None if found.line is None else (found.line, found.column)


def _safe_environment(imports: ImportPath) -> Any:
    """Return an environment of Jedi's that imports nothing but the standard library."""
    environment = _environment.InterpreterEnvironment()
    environment.version_info = _Version(*max(_OLDEST, min(imports.version, _NEWEST)))
    environment.get_sys_path = lambda: list(imports.folders)

    def in_this_process(state: Any) -> Any:
        process = _subprocess.InferenceStateSameProcess(state)

        def load_module(*, dotted_name: str, sys_path: object) -> Any:
            del sys_path
            if dotted_name.partition(".")[0] not in sys.stdlib_module_names:
                return None
            return _functions.load_module(state, dotted_name=dotted_name, sys_path=sys.path)

        def get_module_info(*, sys_path: list[str] | None = None, **wanted: Any) -> Any:
            # Jedi would replace `sys.path` meanwhile, also for the other threads.
            wanted.setdefault("path", sys_path)
            return _functions.get_module_info(state, **wanted)

        process.load_module = load_module
        process.get_module_info = get_module_info
        return process

    environment.get_inference_state_subprocess = in_this_process
    return environment


class _Version(NamedTuple):
    """A version as Jedi reads it."""

    major: int
    minor: int
    micro: int = 0
