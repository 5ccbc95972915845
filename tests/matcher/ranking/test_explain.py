"""Explanations add up to the lists, and say truly why somebody is not on one."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matcher.kinds import ListSide, Mobility, Verdict
from matcher.ranking.engine import rank_graduates, rank_postings
from matcher.ranking.explain import explain_pair
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.order import OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.ranking.why_not import why_not
from tests.factories.ranking import (
    KEY,
    many_graduates,
    many_postings,
    parameters,
    seeded_world,
    toy_answer,
    toy_compiler,
)
from tests.oracles.ranking import World

SIDES = (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED, ListSide.GRADUATE)


@settings(max_examples=150, deadline=None)
@given(many_graduates(6), many_postings(5), parameters())
def test_parts_are_those_of_the_oracle_and_sum_to_the_fit(
    graduates: list[GraduateFacts], postings: list[PostingFacts], drive: DriveParameters
) -> None:
    world = World(graduates, postings, drive, toy_answer, KEY)
    snapshot = build_snapshot(
        graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY
    )

    for graduate in graduates:
        for posting in postings:
            rows = snapshot.row_of_graduate(graduate.id), snapshot.row_of_posting(posting.id)
            explanation = explain_pair(snapshot, *rows)
            pair = world.pair(graduate, posting)

            assert (explanation.verdict is not Verdict.NO) == (pair is not None)
            assert bool(explanation.flags) or explanation.verdict is not Verdict.MAYBE
            assert all(0 <= part.points <= part.most for part in explanation.parts)
            if pair is not None:
                found = {part.name: part.points for part in explanation.parts}
                assert found == pair.parts
                assert explanation.fit == pair.fit
                assert (explanation.verdict is Verdict.YES) == pair.certain


def test_the_fit_explained_is_the_fit_in_both_lists() -> None:
    graduates, postings = seeded_world(80, 30, 1)
    drive = DriveParameters()
    snapshot = build_snapshot(
        graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY
    )
    by_posting = rank_postings(snapshot, range(30), ListSide.POSTING_ORDINARY, length=80)
    by_graduate = rank_graduates(snapshot, range(80), length=30)
    of_postings = OrderRule.of(drive, ListSide.POSTING_ORDINARY)
    of_graduates = OrderRule.of(drive, ListSide.GRADUATE)
    seen = 0

    for row in range(30):
        for place in range(by_posting.counts[row]):
            graduate = snapshot.row_of_graduate(int(by_posting.partners[row, place]))
            there = by_graduate.partners[graduate].tolist().index(int(snapshot.postings.id[row]))
            one = of_postings.decode(int(by_posting.keys[row, place]))
            other = of_graduates.decode(int(by_graduate.keys[graduate, there]))
            assert explain_pair(snapshot, graduate, row).fit == one.fit == other.fit
            seen += 1

    assert seen == by_graduate.counts.sum() > 100


@pytest.mark.parametrize("side", SIDES)
def test_everybody_gets_a_true_answer_to_why_not(side: ListSide) -> None:
    graduates, postings = seeded_world(60, 40, 2)
    drive = DriveParameters(postings_length=4, graduates_length=4)
    snapshot = build_snapshot(
        graduates, postings, drive, compile_leaves=toy_compiler, lottery_key=KEY
    )
    states = set()

    for p in range(0, 40, 4):
        for g in range(60):
            if side is ListSide.GRADUATE:
                ranked, everybody = (rank_graduates(snapshot, [g], length=n) for n in (4, 40))
                partner = int(snapshot.postings.id[p])
            else:
                ranked, everybody = (rank_postings(snapshot, [p], side, length=n) for n in (4, 60))
                partner = int(snapshot.graduates.id[g])
            answer = why_not(
                snapshot, p, g, side=side, keys=ranked.keys[0], partners=ranked.partners[0]
            )
            whole = everybody.partners[0, : everybody.counts[0]].tolist()
            states.add(answer.state)
            if partner not in whole:
                assert answer.state == "not_eligible"
            elif whole.index(partner) < 4:
                assert (answer.state, answer.position) == ("listed", whole.index(partner) + 1)
            else:
                assert (answer.state, answer.position) == ("below_last", 5)
                assert answer.decisive is not None

    assert states == {"not_eligible", "listed", "below_last"}


def test_a_missing_certificate_is_named() -> None:
    graduates, postings = seeded_world(1, 1, 1)
    person = replace(graduates[0], certificates=("电工",))
    offer = replace(postings[0], certificates=("电工", "教师资格"))
    snapshot = build_snapshot(
        [person], [offer], DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )

    explanation = explain_pair(snapshot, 0, 0)

    check = next(check for check in explanation.checks if check.code == "certificates")
    assert check.verdict is Verdict.NO
    assert (check.required, check.own) == (["教师资格", "电工"], ["电工"])


def test_shared_terms_come_heaviest_first_and_share_the_text_points() -> None:
    graduates, postings = seeded_world(20, 10, 3)
    person = replace(graduates[0], text="会计，财务，Java")
    offer = replace(postings[0], text="会计 会计 JAVA")
    snapshot = build_snapshot(
        [person, *graduates[1:]],
        [offer, *postings[1:]],
        DriveParameters(),
        compile_leaves=toy_compiler,
        lottery_key=KEY,
    )

    rows = snapshot.row_of_graduate(person.id), snapshot.row_of_posting(offer.id)
    terms = explain_pair(snapshot, *rows).terms

    assert {term.term for term in terms} == {"会", "计", "会计", "java"}
    assert sum(term.share for term in terms) == pytest.approx(1)
    assert [term.share for term in terms] == sorted((t.share for t in terms), reverse=True)


@pytest.mark.parametrize(
    ("places", "mobility", "posting_place", "code", "choice", "verdict"),
    [
        (("370100", "371602"), Mobility.LISTED, "371600", "place_choice", 2, Verdict.YES),
        (("370000",), Mobility.LISTED, "371600", "place_province", None, Verdict.YES),
        (("371602",), Mobility.LISTED, "370000", "place_province", None, Verdict.YES),
        (("410100",), Mobility.ANYWHERE, "371600", "place_elsewhere", None, Verdict.YES),
        ((), Mobility.PROVINCE, "371600", "place_not_stated", None, Verdict.MAYBE),
        (("410100",), Mobility.LISTED, None, "place_unknown", None, Verdict.MAYBE),
        (("410100",), Mobility.PROVINCE, "371600", "place_elsewhere", None, Verdict.NO),
    ],
)
def test_the_place_is_explained_by_the_choice_it_meets(
    places: tuple[str, ...],
    mobility: Mobility,
    posting_place: str | None,
    code: str,
    choice: int | None,
    verdict: Verdict,
) -> None:
    graduates, postings = seeded_world(1, 1, 1)
    person = replace(graduates[0], places=places, mobility=mobility)
    offer = replace(postings[0], place=posting_place)
    snapshot = build_snapshot(
        [person], [offer], DriveParameters(), compile_leaves=toy_compiler, lottery_key=KEY
    )

    explanation = explain_pair(snapshot, 0, 0)

    part = next(part for part in explanation.parts if part.name == "place")
    check = next(check for check in explanation.checks if check.code == "place")
    assert (part.code, part.params.get("choice"), check.verdict) == (code, choice, verdict)
