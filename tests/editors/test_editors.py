"""What language servers show to a person who adds a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from editor_answers import everywhere
from editor_gaps import GAPS
from editor_page import PAGE, page
from editor_questions import PLACES, QUESTIONS
from language_servers import OURS, SERVERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from editor_answers import Answer, Place


@pytest.fixture(scope="module")
def shown() -> Iterator[Callable[[str], Mapping[Place, Answer]]]:
    """What a server shows; each is started once, whether it works or not."""
    with everywhere(PLACES) as looks:
        yield lambda name: looks[name].result()


def _cases() -> list[object]:
    cases: list[object] = []
    for server in SERVERS:
        for name in QUESTIONS:
            reason = GAPS.get(name, {}).get(server)
            # A server that does not work is no gap.
            gap = pytest.mark.xfail(strict=True, reason=reason or "", raises=AssertionError)
            marks = [gap] if reason else []
            cases.append(pytest.param(server, name, marks=marks, id=f"{server}-{name}"))
    return cases


@pytest.mark.parametrize(("server", "name"), _cases())
def test_a_person_sees(
    server: str, name: str, shown: Callable[[str], Mapping[Place, Answer]]
) -> None:
    """Each server shows what is asked for, but for its known gaps."""
    question = QUESTIONS[name]
    answer = shown(server)[question.place]
    assert question.is_seen(answer), f"{question.wanted}: {question.texts} not in {answer}"


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("server", SERVERS)
def test_a_person_sees_next_to_our_server(
    server: str, name: str, shown: Callable[[str], Mapping[Place, Answer]]
) -> None:
    """With `typed-bg lsp`, the users of every server see everything that is asked for."""
    question = QUESTIONS[name]
    ours = shown(OURS.name)[question.place]
    theirs = shown(server)[question.place]
    assert question.is_seen_together(theirs, ours), f"{question.wanted}: not in {theirs}, {ours}"


def test_every_gap_is_one_of_a_server_and_a_question() -> None:
    """A gap that names neither would excuse nothing, and stay."""
    assert GAPS.keys() <= QUESTIONS.keys()
    assert {server for gaps in GAPS.values() for server in gaps} <= SERVERS.keys()


def test_page_is_what_they_show(shown: Callable[[str], Mapping[Place, Answer]]) -> None:
    """The committed page is the one that would be written now."""
    now = page({name: shown(name) for name in (*SERVERS, OURS.name)})
    assert PAGE.read_text(encoding="utf-8") == now, "write it: nox -s editors -- --write"
