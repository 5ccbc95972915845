"""The national catalogues: complete where they claim to be, and never an invented code."""

from collections import Counter

import pytest

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue, name_key, strip_code
from matcher.vocabulary.majors.catalogue import ALIAS_CODES
from matcher.vocabulary.majors.references import COLLEGE, GRADUATE, NATIONAL, VOCATIONAL_BACHELOR
from matcher.vocabulary.majors.searching import search

BACHELOR, GRAD, VOCATIONAL = MajorLevel.BACHELOR, MajorLevel.GRADUATE, MajorLevel.COLLEGE


def counts(namespace: str) -> Counter[str]:
    return Counter(n.kind for n in load_catalogue().nodes if n.namespace == namespace)


def test_the_undergraduate_catalogue_of_2025_is_whole() -> None:
    assert counts(NATIONAL) == {"gate": 12, "class": 93, "major": 845}


def test_vocational_catalogues_have_every_large_class_and_class() -> None:
    for namespace in (COLLEGE, VOCATIONAL_BACHELOR):
        found = counts(namespace)

        assert (found["gate"], found["class"]) == (19, 97)


def test_every_row_has_a_parent_that_exists() -> None:
    catalogue = load_catalogue()

    orphans = [
        n
        for n in catalogue.nodes
        if n.kind != "gate" and (n.namespace, n.parent_code) not in catalogue.by_code
    ]

    assert orphans == []


def test_a_code_belongs_to_one_row_of_its_namespace() -> None:
    codes = Counter((n.namespace, n.code) for n in load_catalogue().nodes if n.code)

    assert [code for code, times in codes.items() if times > 1] == []


def test_a_row_without_a_vouched_code_says_so() -> None:
    unsaid = [n for n in load_catalogue().nodes if not n.code and not n.note]

    assert unsaid == []


def test_other_codes_of_a_discipline_lead_to_one_of_today() -> None:
    catalogue = load_catalogue()

    assert all((GRADUATE, today) in catalogue.by_code for today in ALIAS_CODES.values())


def test_successors_and_aliases_with_a_code_lead_to_rows() -> None:
    catalogue = load_catalogue()
    namespaces = {BACHELOR: NATIONAL, GRAD: GRADUATE, VOCATIONAL: COLLEGE}

    lost = [
        (level, name)
        for (level, name), successors in catalogue.successors.items()
        for s in successors
        if s.code and (namespaces[level], s.code) not in catalogue.by_code
    ]
    lost += [
        (level, name)
        for (level, name), aliases in catalogue.aliases.items()
        for a in aliases
        if a.kind != "name" and (namespaces[level], a.target) not in catalogue.by_code
    ]

    assert lost == []


@pytest.mark.parametrize(
    ("level", "name", "code", "expected"),
    [
        (BACHELOR, "会计学", None, "120203"),
        (BACHELOR, "会计学", "120203K", "120203"),
        (BACHELOR, "土木工程", "081101", "081001"),
        (GRAD, "岩土工程", "0814", "0814"),
        (GRAD, "计算机技术", "085404", "085404"),
        (GRAD, "统计学", "0270", "0714"),
        (BACHELOR, "护理", "320201", "320201"),
    ],
)
def test_a_name_wins_over_a_foreign_code(
    level: MajorLevel, name: str, code: str | None, expected: str
) -> None:
    found = load_catalogue().find(level, name, code)

    assert found is not None
    assert found.code == expected


def test_a_major_in_no_catalogue_is_not_guessed() -> None:
    assert load_catalogue().find(BACHELOR, "星际物流学") is None


def test_an_old_name_with_several_successors_is_not_decided() -> None:
    catalogue = load_catalogue()
    several = next(
        (level, name)
        for (level, name), found in catalogue.successors.items()
        if level is BACHELOR
        and len({s.name for s in found}) > 1
        and not catalogue.named(level, name)
    )

    assert catalogue.find(*several) is None


@pytest.mark.parametrize(
    ("query", "why"),
    [("会计学", "name"), ("120203", "code"), ("kjx", "initials"), ("会汁学", "typo")],
)
def test_the_search_box_finds_accounting(query: str, why: str) -> None:
    hits = search(query, 20)

    assert any(hit.ref.name == "会计学" and hit.why == why for hit in hits)


def test_codes_lose_their_letters_and_names_their_widths() -> None:
    assert strip_code("120203K") == "120203"
    assert strip_code("B030101") == ""
    assert name_key("学科教学（语文）") == name_key("学科教学(语文)")
