"""Rules of editions laid over the shipped catalogues in this process (试验数据)."""

import datetime as dt
from collections.abc import Iterator

import pytest

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache, forget
from matcher.vocabulary.majors.catalogue import adopt_editions, lay
from matcher.vocabulary.majors.editions import EditionRow, EditionTable
from matcher.vocabulary.majors.nodes import Place
from matcher.vocabulary.majors.references import GRADUATE, NATIONAL

SECOND = dt.date(2030, 1, 1)


def edition(
    rows: tuple[EditionRow, ...], name: str, since: dt.date, *, whole: bool = True
) -> EditionTable:
    return EditionTable(name, NATIONAL, since, whole, rows)


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    yield
    adopt_editions(())


def test_a_new_list_of_disciplines_leaves_fields_and_second_level_names_alone() -> None:
    before = len(load_catalogue().leaves(MajorLevel.GRADUATE))
    rows = tuple(
        EditionRow(n.code, n.name, n.kind, n.parent_code)
        for n in load_catalogue().nodes
        if n.namespace == GRADUATE and n.kind in ("gate", "discipline", "professional")
    )

    adopt_editions((EditionTable("test-graduate", GRADUATE, SECOND, whole=True, rows=rows),))

    assert len(load_catalogue().leaves(MajorLevel.GRADUATE)) == before
    assert load_catalogue().former == []


def moved_in_the_national_catalogue() -> EditionTable:
    """Return additions to the real catalogue: one major moved, one renamed, one split, one new."""
    return edition(
        (
            EditionRow("080990", "人工智能", "major", "0809"),
            EditionRow("080991", "试验物联学", "major", "0809", ("物联网工程",)),
            EditionRow("080992", "试验甲安全", "major", "0809", ("信息安全",)),
            EditionRow("080993", "试验乙安全", "major", "0809", ("信息安全",)),
            EditionRow("080994", "试验新学", "major", "0809"),
        ),
        "test-additions",
        SECOND,
        whole=False,
    )


def test_old_names_and_old_codes_lead_to_what_they_became() -> None:
    adopt_editions((moved_in_the_national_catalogue(),))

    catalogue = load_catalogue()
    level = MajorLevel.BACHELOR
    renamed, moved = catalogue.find(level, "物联网工程"), catalogue.coded(level, "080717T")

    assert renamed is not None
    assert moved is not None
    assert (renamed.code, catalogue.edition_of(renamed)) == ("080991", "test-additions")
    assert (moved.name, moved.code) == ("人工智能", "080990")
    assert catalogue.find(level, "信息安全") is None
    split = catalogue.successors[level, "信息安全"]
    assert [(s.code, s.certain) for s in split] == [("080992", False), ("080993", False)]


def test_a_graduate_of_before_the_move_is_known_by_the_former_class() -> None:
    before = load_catalogue().find(MajorLevel.BACHELOR, "人工智能", "080717T")
    assert before is not None

    adopt_editions((moved_in_the_national_catalogue(),))

    after = load_catalogue().find(MajorLevel.BACHELOR, "人工智能", "080717T")
    assert after is not None
    assert (before.class_code, after.class_code) == ("0807", "0809")
    assert load_catalogue().former_places_of(after) == [Place(NATIONAL, "0807", "08")]
    assert load_catalogue().former_places_of(before) == [Place(NATIONAL, "0807", "08")]


def test_word_lists_follow_a_class_to_its_new_code() -> None:
    rows = tuple(
        EditionRow(
            "0899" if n.code == "0809" else n.code,
            n.name,
            n.kind,
            "0899" if n.parent_code == "0809" else n.parent_code,
        )
        for n in load_catalogue().nodes
        if n.namespace == NATIONAL
    )
    before = load_catalogue().disciplines_of_class["0809"]

    adopt_editions((edition(rows, "test-renumbered", SECOND),))

    catalogue = load_catalogue()
    assert catalogue.disciplines_of_class["0899"] == before
    assert "0809" not in catalogue.disciplines_of_class
    software = catalogue.find(MajorLevel.BACHELOR, "软件工程")
    assert software is not None
    assert software.class_code == "0899"
    assert catalogue.former_places_of(software) == []


def test_the_same_edition_again_changes_nothing() -> None:
    table = moved_in_the_national_catalogue()
    again = EditionTable("test-again", NATIONAL, dt.date(2031, 1, 1), whole=False, rows=table.rows)

    _, changes = lay((table, again))

    assert changes["test-again"] == []
    assert changes["test-additions"] != []


def test_giving_up_what_was_adopted_leads_back_to_the_shipped_catalogue() -> None:
    shipped = list(load_catalogue().nodes)

    adopt_editions((moved_in_the_national_catalogue(),))
    assert list(load_catalogue().nodes) != shipped
    adopt_editions(())

    assert list(load_catalogue().nodes) == shipped
    assert load_catalogue().editions == ()


def test_nothing_worked_out_from_an_old_edition_survives_a_new_one() -> None:
    @catalogue_cache(maxsize=10)
    def edition_in_force() -> tuple[str, ...]:
        return load_catalogue().editions

    assert edition_in_force() == ()
    adopt_editions((moved_in_the_national_catalogue(),))
    assert edition_in_force() == ("test-additions",)


def test_an_answer_begun_under_the_old_edition_is_not_kept_for_the_new_one() -> None:
    asked: list[str] = []

    @catalogue_cache(maxsize=10)
    def slow() -> int:
        asked.append("once")
        if len(asked) == 1:
            forget()  # another thread adopts an edition while this answer is being worked out
        return len(asked)

    assert [slow(), slow(), slow()] == [1, 2, 2]
