"""Rules of the editions of a catalogue; every edition here is made up for the test (试验数据)."""

import datetime as dt
from collections.abc import Iterator

import pytest

from matcher.vocabulary.majors.catalogue import adopt_editions
from matcher.vocabulary.majors.editions import Change, EditionRow, EditionTable, Succession
from matcher.vocabulary.majors.nodes import Node, Place
from matcher.vocabulary.majors.references import NATIONAL

FIRST, SECOND = dt.date(2025, 1, 1), dt.date(2030, 1, 1)
OLD_ROWS = (
    EditionRow("91", "试门", "gate", ""),
    EditionRow("92", "另门", "gate", ""),
    EditionRow("9101", "试一类", "class", "91"),
    EditionRow("9102", "试二类", "class", "91"),
    EditionRow("9201", "试三类", "class", "92"),
    EditionRow("910101", "试留学", "major", "9101"),
    EditionRow("910102", "试移学", "major", "9101"),
    EditionRow("910103", "试旧名学", "major", "9101"),
    EditionRow("910104", "试分学", "major", "9101"),
    EditionRow("910105", "试废学", "major", "9101"),
    EditionRow("910106", "试同码学", "major", "9101"),
    EditionRow("910201", "试占码学", "major", "9102"),
)
NEW_ROWS = (
    EditionRow("91", "试门", "gate", ""),
    EditionRow("92", "另门", "gate", ""),
    EditionRow("9101", "试一类", "class", "91"),
    EditionRow("9102", "试二类", "class", "91"),
    EditionRow("9203", "试三类", "class", "92"),
    EditionRow("910101", "试留学", "major", "9101"),
    EditionRow("920301", "试移学", "major", "9203"),
    EditionRow("910203", "试新名学", "major", "9102", ("试旧名学",)),
    EditionRow("910107", "试分甲学", "major", "9101", ("试分学",)),
    EditionRow("910108", "试分乙学", "major", "9101", ("试分学",)),
    EditionRow("910106", "试异名学", "major", "9101"),
    EditionRow("910109", "试占码学", "major", "9101"),
    EditionRow("910201", "试新学", "major", "9102"),
)


def edition(
    rows: tuple[EditionRow, ...], name: str, since: dt.date, *, whole: bool = True
) -> EditionTable:
    return EditionTable(name, NATIONAL, since, whole, rows)


OLD = edition(OLD_ROWS, "test-2025", FIRST)
NEW = edition(NEW_ROWS, "test-2030", SECOND)


@pytest.fixture
def laid() -> tuple[Succession, list[Change]]:
    """Give the made-up catalogue with its newer edition over it."""
    succession = Succession([])
    succession.adopt(OLD)
    return succession, succession.adopt(NEW)


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    yield
    adopt_editions(())


def change(changes: list[Change], name: str) -> Change:
    return next(c for c in changes if c.old is not None and c.old.name == name)


def node(succession: Succession, name: str) -> Node:
    return next(n for n in succession.nodes if n.name == name)


def former(succession: Succession, name: str) -> Node:
    return next(n for n in succession.former if n.name == name)


@pytest.mark.parametrize(
    ("name", "what", "certain", "becomes"),
    [
        ("试移学", "moved", True, ["920301"]),
        ("试旧名学", "renamed", True, ["910203"]),
        ("试分学", "split", False, ["910107", "910108"]),
        ("试同码学", "renamed", False, ["910106"]),
        ("试三类", "moved", True, ["9203"]),
    ],
)
def test_what_an_edition_does_to_a_row_is_told_with_its_successors(
    laid: tuple[Succession, list[Change]],
    name: str,
    what: str,
    *,
    certain: bool,
    becomes: list[str],
) -> None:
    found = change(laid[1], name)

    assert (found.what, found.certain) == (what, certain)
    assert [n.code for n in found.new] == becomes


def test_every_row_of_both_editions_is_accounted_for_once(
    laid: tuple[Succession, list[Change]],
) -> None:
    told = [c.what for c in laid[1]]

    assert sorted(told) == sorted(
        ["moved", "moved", "moved", "renamed", "renamed", "split", "gone", "added"]
    )


def test_what_ended_carries_its_last_day_and_its_successors(
    laid: tuple[Succession, list[Change]],
) -> None:
    succession = laid[0]

    ended = former(succession, "试分学")
    kept = node(succession, "试留学")

    assert (ended.valid_from, ended.valid_to) == (FIRST, SECOND)
    assert ended.successors == ("910107", "910108")
    assert (kept.edition, kept.valid_from, kept.valid_to) == ("test-2030", SECOND, None)


def test_a_major_an_edition_dropped_is_still_recognised_with_the_day_it_ended(
    laid: tuple[Succession, list[Change]],
) -> None:
    gone = node(laid[0], "试废学")

    assert (gone.code, gone.parent_code, gone.valid_to) == ("910105", "9101", SECOND)


def test_a_moved_major_remembers_the_class_it_stood_in(
    laid: tuple[Succession, list[Change]],
) -> None:
    succession = laid[0]

    moved = succession.places[node(succession, "试移学").key]
    renamed = succession.places[node(succession, "试新名学").key]
    stayed = succession.places.get(node(succession, "试分甲学").key, [])

    assert moved == renamed == [Place(NATIONAL, "9101", "91")]
    assert stayed == []


def test_a_class_that_was_only_renumbered_is_no_former_place() -> None:
    rows = (*OLD_ROWS, EditionRow("920101", "试随学", "major", "9201"))
    later = (*NEW_ROWS, EditionRow("920302", "试随学", "major", "9203"))
    succession = Succession([])
    succession.adopt(edition(rows, "test-2025", FIRST))

    succession.adopt(edition(later, "test-2030", SECOND))

    assert succession.places.get((NATIONAL, "920302"), []) == []


def test_a_class_whose_code_another_class_took_grants_nobody_that_class() -> None:
    rows = tuple(r for r in NEW_ROWS if r.code != "9101" and r.parent_code != "9101")
    taken = EditionRow("9101", "夺码类", "class", "91")
    old = (*OLD_ROWS, EditionRow("9103", "夺码类", "class", "91"))
    succession = Succession([])
    succession.adopt(edition(old, "test-2025", FIRST))

    succession.adopt(edition((*rows, taken), "test-2030", SECOND))

    assert "试一类" not in {n.name for n in succession.nodes}
    assert succession.places.get((NATIONAL, "920301"), []) == []
    assert node(succession, "试废学").parent_code == ""


def test_a_list_of_additions_drops_nothing() -> None:
    added = edition((EditionRow("910199", "试增学", "major", "9101"),), "x", SECOND, whole=False)
    succession = Succession([])
    succession.adopt(OLD)

    changes = succession.adopt(added)

    assert [c.what for c in changes] == ["added"]
    assert len(succession.nodes) == len(OLD_ROWS) + 1
    assert succession.former == []
