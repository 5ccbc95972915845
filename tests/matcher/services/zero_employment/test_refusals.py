"""Only a refused post that a second person found suitable counts; what was said is sealed."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock as time
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.zero_employment import (
    StatutoryRefusalReason,
)
from matcher.models.households import Household, HouseholdMember
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services import clocks
from matcher.services.permissions import Actor
from matcher.services.zero_employment import refusals
from matcher.services.zero_employment.refusals import CHECK_POINTS, RefusalInput
from tests.factories.zero_employment import DAY

Aided = tuple[Household, HouseholdMember, ZeroEmploymentClaim]


def _refuse(
    session: Session, people: dict[str, Actor], aided: Aided, *, suitable: bool = True
) -> None:
    household, member, _ = aided
    made = refusals.record_refusal(
        session,
        people["clerk"],
        household.id,
        RefusalInput(
            member_id=member.id,
            post_title="质检员",
            employer_name="某食品公司",
            referred_on=time.today(),
            refused_on=time.today(),
            reason=StatutoryRefusalReason.PAY,
            words="太远了，工资也不高",
        ),
    )
    points = dict.fromkeys(CHECK_POINTS, True) | {"distance": suitable}
    refusals.check_refusal(
        session, people["other"], household.id, made.id, points=points, note="查地图，公交 20 分钟"
    )


def test_the_suitability_check_is_another_persons(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    household, member, _ = aided
    facts = RefusalInput(
        member_id=member.id,
        post_title="保安",
        employer_name="某物业",
        referred_on=DAY,
        refused_on=DAY,
        reason=StatutoryRefusalReason.HEALTH,
        words="腰不好",
    )
    made = refusals.record_refusal(session, people["clerk"], household.id, facts)
    points = dict.fromkeys(CHECK_POINTS, True)

    with pytest.raises(RuleBrokenError, match="登记人以外"):
        refusals.check_refusal(
            session, people["clerk"], household.id, made.id, points=points, note="看过"
        )
    with pytest.raises(InvalidInputError):
        refusals.check_refusal(
            session, people["other"], household.id, made.id, points={"pay": True}, note="看过"
        )
    made.checked_by_id, made.is_suitable, made.checked_at = (
        people["clerk"].account_id,
        True,
        time.now(),
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_refusal_is_a_referral_and_its_words_are_sealed(
    session: Session, people: dict[str, Actor], aided: Aided
) -> None:
    _refuse(session, people, aided)
    (made,) = refusals.refusals_of(session, aided[2].id)

    running = clocks.running_clock(
        session, "zero_employment.first_referral", ("household", aided[0].id)
    )
    assert running is None
    assert "太远" not in str(made.words_cipher)
    told = refusals.read_words(session, people["clerk"], aided[0].id, made.id)
    assert told == "太远了，工资也不高"
