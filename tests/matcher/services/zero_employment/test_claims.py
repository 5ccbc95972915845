"""A household goes from clue to stable work; every state is reached and left, and the facts decide what may be done."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock as time
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import Role
from matcher.kinds.households import FileState, HukouKind, WorkStatus
from matcher.kinds.zero_employment import (
    ClaimState,
    RecognitionBasis,
    RecognitionBody,
)
from matcher.models.organisations import Union
from matcher.models.zero_employment import ClaimAct
from matcher.services import clocks
from matcher.services.permissions import Actor
from matcher.services.zero_employment import aid, claims, recognition
from matcher.services.zero_employment.consequences import refresh
from matcher.services.zero_employment.moves import Doing
from matcher.services.zero_employment.recognition import DecisionInput
from matcher.services.zero_employment.steps import NEXT
from tests.factories.accounts import make_actor, make_union
from tests.factories.zero_employment import DAY, bring_to, make_jobless, make_work


@pytest.fixture
def clerk(people: dict[str, Actor]) -> Actor:
    return people["clerk"]


def _running(session: Session, household_id: int) -> set[str]:
    found = clocks.clocks_of(session, ("household", household_id))
    return {one.rule.rpartition(".")[2] for one in found if one.stopped_on is None}


def test_every_state_is_reached_and_every_one_that_is_not_final_is_left() -> None:
    reached = {after for following in NEXT.values() for after in following} | {ClaimState.CLUE}
    walked, ahead = set(), {ClaimState.CLUE}
    while ahead:
        walked |= ahead
        ahead = {after for one in ahead for after in NEXT[one]} - walked

    assert reached == walked == set(ClaimState) == set(NEXT)
    assert {one for one, after in NEXT.items() if not after} == {
        one for one in ClaimState if not one.is_open
    }


def test_a_household_goes_from_clue_to_the_end(
    session: Session, union: Union, clerk: Actor, today: list[dt.date]
) -> None:
    household, (member,) = make_jobless(session, union)
    claim = bring_to(session, clerk, household, ClaimState.AIDED)
    assert household.is_zero_employment
    assert _running(session, household.id) == {"first_referral", "one_employed"}

    today[0] += dt.timedelta(days=5)
    make_work(session, member, WorkStatus.EMPLOYED, today[0])
    refresh(session, household.id, clerk)
    assert (claim.state, claim.working_member_id) == (ClaimState.ONE_WORKING, member.id)
    assert not household.is_zero_employment
    assert _running(session, household.id) == {"stable"}

    with pytest.raises(RuleBrokenError, match="还没有满"):
        aid.confirm_stable(session, clerk, household.id, "电话回访仍在岗")
    today[0] = dt.date(2027, 3, 1)
    aid.confirm_stable(session, clerk, household.id, "电话回访仍在岗")
    aid.finish(session, clerk, household.id, "稳定就业满三个月")

    acts = session.scalars(sa.select(ClaimAct.to_state).order_by(ClaimAct.id)).all()
    assert list(acts) == [
        ClaimState.CLUE,
        ClaimState.DECLARED,
        ClaimState.VERIFYING,
        ClaimState.PUBLICITY,
        ClaimState.RECOGNISED,
        ClaimState.AIDED,
        ClaimState.ONE_WORKING,
        ClaimState.STABLE,
        ClaimState.EXITED,
    ]
    assert (claim.is_open, _running(session, household.id)) == (False, set())


def test_each_act_keeps_who_typed_for_whom_and_to_whose_credit(
    session: Session, union: Union, people: dict[str, Actor]
) -> None:
    household, _ = make_jobless(session, union)
    clerk, other = people["clerk"], people["other"]
    claims.open_clue(session, clerk, household.id, note="邻居反映")
    claims.declare(
        session,
        clerk,
        household.id,
        Doing("declared", on_behalf_of_id=other.account_id, happened_on=DAY),
    )

    act = session.scalars(sa.select(ClaimAct).order_by(ClaimAct.id.desc())).first()
    assert act
    assert (act.actor_id, act.on_behalf_of_id) == (clerk.account_id, other.account_id)
    assert act.credited_to_id == other.account_id
    assert act.entered_at.tzinfo is not None


def test_who_works_by_the_facts_cannot_be_declared(
    session: Session, union: Union, clerk: Actor
) -> None:
    household, (member,) = make_jobless(session, union)
    claims.open_clue(session, clerk, household.id, note="反映")
    make_work(session, member, WorkStatus.FLEXIBLE, DAY)

    with pytest.raises(RuleBrokenError) as refused:
        claims.declare(session, clerk, household.id)

    assert refused.value.code == "derived_no"


def test_nothing_is_published_while_facts_are_missing(
    session: Session, union: Union, clerk: Actor
) -> None:
    household, (member,) = make_jobless(session, union)
    make_work(session, member, WorkStatus.UNEMPLOYED, DAY, is_willing=None)
    bring_to(session, clerk, household, ClaimState.VERIFYING)

    with pytest.raises(RuleBrokenError) as refused:
        claims.begin_publicity(session, clerk, household.id)

    assert refused.value.code == "derived_unknown"
    assert refused.value.details["ask"] == ["is_willing"]


def _decision(**changes: object) -> DecisionInput:
    fields: dict[str, object] = {
        "body": RecognitionBody.STREET,
        "body_name": "某街道",
        "is_granted": True,
        "decided_on": DAY,
        "document_number": "3号",
    }
    return DecisionInput(**(fields | changes))  # type: ignore[arg-type]  # of a dict


def test_a_rural_family_gets_the_unions_own_flag_by_a_second_person(
    session: Session, union: Union, people: dict[str, Actor]
) -> None:
    household, _ = make_jobless(session, union, hukou=HukouKind.RURAL)
    claim = bring_to(session, people["clerk"], household, ClaimState.PUBLICITY)
    assert claim.basis is RecognitionBasis.UNION_OWN
    own = _decision(body=RecognitionBody.UNION)

    with pytest.raises(RuleBrokenError) as wrong:
        recognition.record_decision(session, people["clerk"], household.id, _decision())
    with pytest.raises(NotAllowedError):
        recognition.record_decision(session, people["clerk"], household.id, own)
    recognition.record_decision(session, people["approver"], household.id, own)

    assert wrong.value.code == "wrong_body"
    assert claim.state is ClaimState.RECOGNISED


def test_nobody_recognises_by_the_union_what_they_entered(
    session: Session, union: Union, people: dict[str, Actor]
) -> None:
    household, _ = make_jobless(session, union, hukou=HukouKind.RURAL)
    claim = bring_to(session, people["clerk"], household, ClaimState.PUBLICITY)
    session.add(
        ClaimAct(
            claim_id=claim.id,
            act="declared",
            to_state=claim.state,
            happened_on=DAY,
            entered_at=time.now(),
            actor_id=people["clerk"].account_id,
            credited_to_id=people["approver"].account_id,
        )
    )
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        recognition.record_decision(
            session, people["approver"], household.id, _decision(body=RecognitionBody.UNION)
        )

    assert refused.value.code == "own_claim"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decided_on": DAY + dt.timedelta(days=1)}, "decided_on"),
        ({"body_name": " "}, "body_name"),
        ({"document_number": ""}, "document_number"),
        ({"is_granted": False}, "reason"),
    ],
)
def test_a_decision_names_day_body_and_paper(
    session: Session, union: Union, clerk: Actor, changes: dict[str, object], field: str
) -> None:
    household, _ = make_jobless(session, union)
    bring_to(session, clerk, household, ClaimState.PUBLICITY)

    with pytest.raises(InvalidInputError) as refused:
        recognition.record_decision(session, clerk, household.id, _decision(**changes))

    assert list(refused.value.details["fields"]) == [field]  # type: ignore[call-overload]  # a dict


def test_a_refused_recognition_ends_the_claim_with_its_reason(
    session: Session, union: Union, clerk: Actor
) -> None:
    household, _ = make_jobless(session, union)
    claim = bring_to(session, clerk, household, ClaimState.PUBLICITY)

    refusal = _decision(is_granted=False, reason="有经营收入")
    recognition.record_decision(session, clerk, household.id, refusal)

    assert (claim.state, claim.is_open) == (ClaimState.NOT_FOUND, False)
    assert _running(session, household.id) == set()


def test_an_objection_sends_the_claim_back_to_the_community(
    session: Session, union: Union, clerk: Actor
) -> None:
    household, _ = make_jobless(session, union)
    claim = bring_to(session, clerk, household, ClaimState.PUBLICITY)

    claims.send_back(session, clerk, household.id, "公示期内有人反映长子在外打工")

    assert claim.state is ClaimState.VERIFYING
    with pytest.raises(InvalidInputError):
        claims.reject(session, clerk, household.id, " ")
    claims.reject(session, clerk, household.id, "长子确有工作")
    assert claim.state is ClaimState.NOT_FOUND


def test_one_claim_is_open_a_household(session: Session, union: Union, clerk: Actor) -> None:
    household, _ = make_jobless(session, union)
    claims.open_clue(session, clerk, household.id, note="一")

    with pytest.raises(RuleBrokenError) as refused:
        claims.open_clue(session, clerk, household.id, note="二")

    assert refused.value.code == "claim_open"


def test_drafts_and_files_of_others_have_no_clues(
    session: Session, union: Union, clerk: Actor
) -> None:
    draft, _ = make_jobless(session, union)
    draft.state = FileState.DRAFT
    session.flush()

    with pytest.raises(RuleBrokenError):
        claims.open_clue(session, clerk, draft.id, note="一")
    elsewhere, _ = make_jobless(session, make_union(session))
    with pytest.raises(NotFoundError):
        claims.open_clue(session, clerk, elsewhere.id, note="一")
    reviewer = make_actor(session, Role.REVIEWER)
    with pytest.raises(NotAllowedError):
        claims.open_clue(session, reviewer, draft.id, note="一")


def test_who_saw_an_older_version_is_told(session: Session, union: Union, clerk: Actor) -> None:
    household, _ = make_jobless(session, union)
    claim = bring_to(session, clerk, household, ClaimState.DECLARED)

    with pytest.raises(ConflictError):
        claims.send_to_community(
            session, clerk, household.id, expected_version=claim.version_id - 1
        )
