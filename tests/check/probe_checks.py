"""What must hold of a probed module, however unusual its source is."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, NamedTuple, cast

from typed_bg._source.module import NEWLINE, Module, parse
from typed_bg.check.calls.call_sites import collect, find_sites
from typed_bg.check.calls.forwarders import ADD_TASK, Forwarder
from typed_bg.check.calls.matcher import Match, matcher
from typed_bg.check.calls.symbols import Names
from typed_bg.check.probes.insertions import remove
from typed_bg.check.probes.probe import probe

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typed_bg._source.scopes import Link
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.probes.probe import ProbedModule

_ANY_CALL = Forwarder("any.call", "function")
_EVERY_METHOD = matcher((Forwarder("package.Class.method", "method"),))
_BY_NATURE = {"annotation", "class header", "f-string"}
_PLANTED = "tasks_.add_task(target_, ("
# What cannot stand in the parentheses of a call, or has no place in the text of its own.
_UNFIT = (ast.Slice, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.GeneratorExp)


class Counts(NamedTuple):
    """How many call sites a module has, and how many of them are not probed but could be."""

    sites: int
    unprobeable: int


def everything(link: Link, names: Names) -> Iterator[Match]:
    """Take any call for one of a forwarder whose target is the first argument.

    And every attribute for a method that is handed on, wherever one would be taken for that.
    """
    node = link.node
    if isinstance(node, ast.Call):
        yield Match(_ANY_CALL, node, node.func, "function")
    elif isinstance(node, ast.Attribute):
        called = ast.copy_location(ast.Attribute(node.value, "method", node.ctx), node)
        for arguments in _EVERY_METHOD(link._replace(node=called), names):
            call = ast.copy_location(ast.Call(node, [], []), node)
            yield arguments._replace(call=call)


def check_every_call(module: Module) -> Counts:
    """Probe every call of a module, and check the copy."""
    return _check(module, collect(module, Names(None), everything), step=20)


def check_planted(module: Module, chance: random.Random, count: int) -> Counts:
    """Plant calls at random expressions of a module, probe them, and check the copy.

    Returns:
        The counts; none if the planted calls make another syntax error each time.
    """
    for _ in range(3):
        planted = _plant(module, chance, count)
        if planted is not None:
            break
    else:
        return Counts(0, 0)
    changed, offsets = planted
    sites = find_sites(changed, (ADD_TASK,))
    assert {changed.position(offset) for offset in offsets} <= {
        (site.line, site.column) for site in sites
    }
    return _check(changed, sites, step=1)


def _check(module: Module, sites: tuple[CallSite, ...], step: int) -> Counts:
    probed = probe(module, sites)
    assert NEWLINE.findall(probed.text) == NEWLINE.findall(module.text)
    assert remove(probed.inserted) == module.text
    tree = cast("ast.Module", _parse(probed.text, "exec"))
    _check_same_code(probed, tree)
    asked = {probe.site for probe in probed.probes}
    assert asked | probed.unprobeable.keys() == {site.index for site in sites}
    assert not asked & probed.unprobeable.keys()
    for written in probed.probes[:: len(probed.probes) // 20 + 1]:
        text = probed.text[written.span.start : written.span.end]
        # The surplus arguments come from a tuple: a checker names their class, the text does not.
        surplus = written.kind in {"positional", "own positional"}
        assert surplus or all(name in text for name in written.names), text
        _parse(f"({text})", "eval")
    for site in sites[:: len(sites) // step + 1 if step > 1 else 1]:
        _check_leads_back(probed, site)
    # Where nothing can be probed by its nature, as in annotations, the number depends on the code.
    rest = [obstacle for obstacle in probed.unprobeable.values() if obstacle.kind not in _BY_NATURE]
    return Counts(len(sites), len(rest))


def _check_leads_back(probed: ProbedModule, site: CallSite) -> None:
    """Check that the first character of a call is found again at its new place."""
    spans = probed.inserted.spans
    insertions = probed.inserted.insertions
    moved = site.span.start + sum(
        span.end - span.start
        for insertion, span in zip(insertions, spans, strict=True)
        if insertion.offset <= site.span.start
    )
    line = site.line
    start = max(probed.text.rfind(newline, 0, moved) for newline in "\r\n") + 1
    assert probed.original_position(line, moved - start + 1) == (line, site.column)
    assert probed.text[moved : moved + 1] == site.module.text[site.span.start]


def _check_same_code(probed: ProbedModule, tree: ast.Module) -> None:
    """Check that the copy without its probes is the same code, each node at the place it had."""
    places = _Places(probed)
    inside = _inside_f_strings(probed.original.tree)
    waiting: list[tuple[object, object]] = [(tree, probed.original.tree)]
    while waiting:
        new, old = waiting.pop()
        while isinstance(new, ast.IfExp) and places.is_added(new.orelse):
            new = new.body
        assert type(new) is type(old)
        if not isinstance(old, ast.AST):
            # `repr` tells 0.0 from -0.0.
            assert new == old or _is_shown_text(probed, new, old)
            assert isinstance(old, str) or repr(new) == repr(old)
            continue
        if isinstance(old, (ast.expr, ast.stmt)) and old not in inside:
            places.check(new, old)
        for field in old._fields:
            of_new, of_old = getattr(new, field, None), getattr(old, field, None)
            if not isinstance(of_old, list):
                waiting.append((of_new, of_old))
                continue
            kept = [
                each
                for each in of_new
                if not isinstance(each, ast.stmt) or not places.is_added(each)
            ]
            assert len(kept) == len(of_old), ast.unparse(old)
            waiting += zip(kept, of_old, strict=True)


def _is_shown_text(probed: ProbedModule, new: object, old: object) -> bool:
    """Return whether a text is that of a probed call, as in `f"{call()=}"` and `t"{call()}"`."""
    if not isinstance(new, str) or not isinstance(old, str):
        return False
    added = {insertion.text for insertion in probed.inserted.insertions} - {"("}
    without = new
    for text in sorted(added, key=len, reverse=True):
        without = without.replace(text, "")
    return without != new and without.replace("(", "") == old.replace("(", "")


class _Places:
    """The way from the nodes of a copy to their places in the original."""

    def __init__(self, probed: ProbedModule) -> None:
        self._probed = probed
        self._lines = NEWLINE.split(probed.text)
        self._old_lines = NEWLINE.split(probed.original.text)

    def is_added(self, node: ast.expr | ast.stmt) -> bool:
        """Return whether a node is not part of the original."""
        column = _column(self._lines, node.lineno, node.col_offset)
        return self._probed.original_position(node.lineno, column) is None

    def check(self, new: ast.expr | ast.stmt, old: ast.expr | ast.stmt) -> None:
        """Check that a node leads back to the place where it was, and where it ended."""
        column = _column(self._lines, new.lineno, new.col_offset)
        old_column = _column(self._old_lines, old.lineno, old.col_offset)
        found = self._probed.original_position(new.lineno, column)
        assert found == (old.lineno, old_column), ast.unparse(old)
        if isinstance(old, ast.expr):
            end = _column(self._lines, new.end_lineno, new.end_col_offset)
            old_end = _column(self._old_lines, old.end_lineno, old.end_col_offset)
            found = self._probed.original_end(new.end_lineno, end)
            assert found == (old.end_lineno, old_end), ast.unparse(old)


def _column(lines: Sequence[str], line: int, byte_offset: int) -> int:
    """Return the 1-based column in code points of an offset in bytes."""
    text = lines[line - 1]
    if text.isascii():
        return byte_offset + 1
    return len(text.encode("utf-8", "surrogatepass")[:byte_offset].decode()) + 1


def _inside_f_strings(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes in f-strings, whose places Python reports truly from 3.12 on only.

    And the texts in t-strings: one that shows an expression, as in `t"{x=}"`, has another end.
    """
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.update(inner for inner in ast.walk(node) if inner is not node)
        elif type(node).__name__ == "TemplateStr":
            found.update(each for each in node.values if isinstance(each, ast.Constant))
    return found


def _plant(
    module: Module, chance: random.Random, count: int
) -> tuple[Module, tuple[int, ...]] | None:
    """Put calls around some expressions; return where they are, or `None` for a syntax error."""
    # Behind a keyword without a space, as in `assert(x, y)`, a call would become one word with it.
    spans = sorted(
        span
        for span in {module.span(node) for node in _expressions(module.tree)}
        if not module.text[span.start - 1 : span.start].isalnum()
    )
    chosen = sorted(chance.sample(spans, min(count, len(spans))))
    events: list[tuple[int, int, int, str]] = []
    for start, end in chosen:
        # At one offset, what ends comes first, from the innermost; then what starts, from the
        # outermost.
        events.append((end, 0, -start, "), 1)"))
        events.append((start, 1, -end, _PLANTED))
    events.sort()
    pieces: list[str] = []
    offsets: list[int] = []
    last = length = 0
    for offset, _, _, text in events:
        kept = module.text[last:offset]
        length += len(kept)
        if text is _PLANTED:
            offsets.append(length)
        length += len(text)
        pieces += (kept, text)
        last = offset
    text = "".join((*pieces, module.text[last:]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        changed = parse(module.path, module.encode(text))
    return (changed, tuple(offsets)) if isinstance(changed, Module) else None


def _expressions(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the expressions that a call can stand in place of."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.pattern, ast.JoinedStr)):
            continue
        is_template = type(node).__name__ == "TemplateStr"  # since Python 3.14
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if not is_template or not isinstance(child, ast.Constant)
        ]
        if not isinstance(node, ast.expr) or isinstance(node, _UNFIT):
            continue
        if type(node).__name__ == "Interpolation":
            continue
        if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and not (
            isinstance(node, ast.Tuple) and any(isinstance(each, ast.Slice) for each in node.elts)
        ):
            yield node


def _parse(text: str, mode: str) -> ast.AST:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode=mode)


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder; those of a library without its packages."""
    return sorted(
        path
        for path in folder.rglob("*.py")
        if not {"site-packages", "dist-packages"} & {*path.relative_to(folder).parts}
    )
