"""Packed limits at their edge: exactly the limit ranks as it should, one more is refused with what and what to do."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import InvalidInputError, SnapshotError
from matcher.kinds import EducationLevel, ListSide, Mobility, PriorityMode
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.limits import CERTIFICATES_LIMIT, read_parameters
from matcher.ranking.order import OrderRule
from matcher.ranking.parameters import POINTS_LIMIT, TERMS_LIMIT, DriveParameters, PartPoints
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.text import TextModel
from tests.factories.ranking import KEY, MAJORS, toy_compiler

ROOM = POINTS_LIMIT - 9_000 - 1_000
"""Points left beside those of all parts and of the highest rank, at the defaults."""


def person(**changes: object) -> GraduateFacts:
    made = GraduateFacts(
        id=1, entry_number=1, education=EducationLevel.BACHELOR, majors=(MAJORS[6],),
        places=("370102",), mobility=Mobility.LISTED, occupations=("2-02-10-03",),
        industries=("C",), wanted_pay_yuan=3000, priority_rank=5, text="会计",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type] # its own fields


def offer(**changes: object) -> PostingFacts:
    made = PostingFacts(
        id=1, entry_number=1, requirement="bachelor/leaf:020101=yes", education_min=None,
        place="370102", occupation="2-02-10-03", industry="C", pay_high_yuan=9000,
        unit_kind=None, text="会计", has_reserved=False,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type] # its own fields


def built(
    people: list[GraduateFacts],
    offers: list[PostingFacts],
    parameters: DriveParameters | None = None,
    model: TextModel | None = None,
) -> Snapshot:
    return build_snapshot(
        people,
        offers,
        parameters or DriveParameters(),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
        text_model=model,
    )


def with_points(text: int) -> dict[str, object]:
    stored = DriveParameters(ordinary_mode=PriorityMode.POINTS).to_dict()
    return stored | {"points": {"text": PartPoints().text + text}}


def test_points_up_to_the_limit_add_up_exactly() -> None:
    parameters = read_parameters(with_points(ROOM))
    snapshot = built([person(), person(id=2, entry_number=2, text="")], [offer()], parameters)

    ranked = rank_postings(snapshot, [0], ListSide.POSTING_ORDINARY, length=2)

    rule = OrderRule.of(parameters, ListSide.POSTING_ORDINARY)
    first, last = (rule.decode(int(key)) for key in ranked.keys[0])
    assert parameters.points.max_fit() + parameters.hardship_points[-1] == POINTS_LIMIT
    assert ranked.partners[0].tolist() == [1, 2]
    # Everything but the kind of unit, which nobody stated here, and what two equal texts lose by rounding.
    assert POINTS_LIMIT - 1_000 - first.fit <= parameters.points.unit + 250
    assert (first.rank, last.rank) == (5, 5)
    assert last.fit < 9_000


def test_one_point_more_is_refused_with_the_sum_and_what_to_do() -> None:
    with pytest.raises(InvalidInputError):
        DriveParameters.from_dict(with_points(ROOM + 1))
    with pytest.raises(SnapshotError, match="32768") as refused:
        read_parameters(with_points(ROOM + 1))

    assert refused.value.code == "parameters_limit"
    assert "请在“排序规则”中修改" in refused.value.message


def vocabulary(n_terms: int) -> TextModel:
    """Make a model of so many terms, those of 会计 the very last."""
    terms = (*(f"{number:05x}" for number in range(n_terms - 2)), "会", "计")
    return TextModel(terms, np.full(n_terms, 2_048, dtype=np.int32))


def test_terms_up_to_the_limit_are_told_from_one_another_and_from_padding() -> None:
    people = [
        person(),
        person(id=2, entry_number=2, text="计"),
        person(id=3, entry_number=3, text=""),
    ]
    snapshot = built(people, [offer()], model=vocabulary(TERMS_LIMIT - 1))

    ranked = rank_postings(snapshot, [0], ListSide.POSTING_ORDINARY, length=3)

    rule = OrderRule.of(snapshot.parameters, ListSide.POSTING_ORDINARY)
    fits = [rule.decode(int(key)).fit for key in ranked.keys[0]]
    assert int(snapshot.graduates.term.max()) == TERMS_LIMIT - 1
    assert ranked.partners[0].tolist() == [1, 2, 3]
    assert fits[0] > fits[1] > fits[2]


def test_one_term_more_is_refused_with_how_many_and_what_to_do() -> None:
    with pytest.raises(SnapshotError, match="65535") as refused:
        built([person()], [offer()], model=vocabulary(TERMS_LIMIT))

    assert refused.value.code == "too_many_terms"
    assert "请" in refused.value.message


def _asking(count: int) -> list[PostingFacts]:
    return [
        offer(id=number, entry_number=number, certificates=(f"证{number:02}",))
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("lacking", [1, 32, 64])
def test_each_of_64_certificates_is_asked_for_and_held(lacking: int) -> None:
    """The last one is the sign bit of a 64-bit number."""
    held = tuple(f"证{number:02}" for number in range(1, CERTIFICATES_LIMIT + 1))
    without = tuple(name for name in held if name != f"证{lacking:02}")
    people = [person(certificates=held), person(id=2, entry_number=2, certificates=without)]
    snapshot = built(people, _asking(CERTIFICATES_LIMIT))

    of_people = rank_graduates(snapshot, [0, 1], length=99)
    rows = [snapshot.row_of_posting(number) for number in range(1, CERTIFICATES_LIMIT + 1)]
    of_offers = rank_postings(snapshot, rows, ListSide.POSTING_ORDINARY, length=2)

    assert of_people.eligible.tolist() == [64, 63]
    assert lacking not in of_people.partners[1].tolist()
    assert of_offers.eligible.tolist() == [1 if n == lacking else 2 for n in range(1, 65)]


def test_one_certificate_more_is_refused_and_the_rarest_are_named() -> None:
    common = _asking(CERTIFICATES_LIMIT)
    again = [replace(one, id=one.id + 100, entry_number=one.id + 100) for one in common]
    with pytest.raises(SnapshotError, match="65") as refused:
        built(
            [person()], [*common, *again, offer(id=99, entry_number=99, certificates=("会计征",))]
        )

    assert refused.value.code == "too_many_certificates"
    assert "“会计征”" in refused.value.message
    assert "请合并" in refused.value.message
    assert refused.value.details["rarest"][0] == "会计征"  # type: ignore[index] # a list
