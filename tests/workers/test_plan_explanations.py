"""Why of a plan: everything for who makes plans, and for the person nothing of anybody else."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.kinds.plan_reasons import Ahead, NoSeat
from matcher.kinds.plans import PlanRule
from matcher.kinds.referrals import DeclineReason
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.plans import PlanPublication
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.ranking.order import ORDER_SHIFT
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import explanations
from matcher.services.referrals import person_answers
from tests.factories.accounts import make_actor
from tests.factories.plan_help import short_plan
from tests.factories.plans import plan, publish, ranked_drive, seats_of
from tests.factories.referrals import make_referral


def own(factory: SessionFactory, drive_id: int, graduate_id: int) -> explanations.ReadAloud | None:
    with reading(factory) as session:
        union_id = session.get_one(Drive, drive_id).union_id
        by = Actor(1, Role.GRADUATE, union_id=union_id, graduate_id=graduate_id)
        return explanations.own_reasons(session, by)


def test_who_makes_plans_reads_keys_and_who_moved(
    sqlite_factory: SessionFactory,
) -> None:
    made = plan(sqlite_factory, ranked_drive(sqlite_factory, graduates=40, postings=6))
    seated = seats_of(sqlite_factory, made)
    with reading(sqlite_factory) as session:
        told = [
            explanations.full_reasons(session, SYSTEM, made.public_id, PlanRule.FAIR, one)
            for one in seated
        ]
    for one in told:
        assert one.reasons.seat is not None
        assert seated[one.reasons.graduate] == one.reasons.seat.posting
        assert one.reasons.seat.posting in one.names
        key = one.decoded(one.reasons.seat.own_key, one.reasons.seat.group)
        assert key.confirmed
    assert any(one.reasons.better for one in told)


def test_who_lost_by_the_lot_alone_is_told_of_it_and_so_is_who_won(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    other = next(one for one in short.people if one != without)
    with reading(sqlite_factory) as session:
        lost, won = (
            explanations.full_reasons(session, SYSTEM, made.public_id, PlanRule.FAIR, one)
            for one in (without, other)
        )
    refusal = lost.reasons.better[0]
    assert (refusal.why, refusal.ahead) == (NoSeat.GUARANTEE_ORDER, Ahead.FIRST_STEP)
    assert lost.proof == explanations.ProofSize(1, 2, 1)
    assert lost.people.keys() == {other}
    assert refusal.own_key is not None
    assert refusal.cutoff_key is not None
    assert refusal.own_key < refusal.cutoff_key
    assert refusal.own_key >> ORDER_SHIFT == refusal.cutoff_key >> ORDER_SHIFT
    assert won.is_seat_by_lot
    assert not lost.is_seat_by_lot


def test_somebody_else_reads_no_full_reason(sqlite_factory: SessionFactory) -> None:
    short, made, without = short_plan(sqlite_factory)
    with transaction(sqlite_factory) as session:
        by = make_actor(session, Role.CASEWORKER, union=session.get_one(Union, short.union_id))
        with pytest.raises(NotAllowedError):
            explanations.full_reasons(session, by, made.public_id, PlanRule.FAIR, without)
        with pytest.raises(NotFoundError):
            explanations.full_reasons(session, SYSTEM, made.public_id, PlanRule.FAIR, 10**6)


def test_nothing_is_read_out_before_a_plan_is_published(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    with transaction(sqlite_factory) as session:
        by = make_actor(session, Role.CASEWORKER, union=session.get_one(Union, short.union_id))
        asked = (session, by, short.drive_id, without)
        before = explanations.reasons_to_read_out(*asked)
    publish(sqlite_factory, made)
    with reading(sqlite_factory) as session:
        after = explanations.reasons_to_read_out(session, by, short.drive_id, without)

    assert before is None
    assert after is not None
    assert (after.reasons.posting, after.reasons.n_open) == (None, 1)
    assert after.reasons.better[0].cutoff_fit is None


def test_a_person_reads_of_the_own_seat_once_staff_let_it_be_asked(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    (seated,) = set(short.people) - {without}
    publish(sqlite_factory, made)
    assert own(sqlite_factory, short.drive_id, seated) is None
    assert own(sqlite_factory, short.drive_id, without) is not None

    with transaction(sqlite_factory) as session:
        row = session.get_one(PlanPublication, (made.id, seated))
        row.confirmed_at = row.confirmed_at or made.created_at

    told = own(sqlite_factory, short.drive_id, seated)
    assert told is not None
    assert told.reasons.posting == short.near

    with transaction(sqlite_factory) as session:
        mine = sa.select(Referral).where(Referral.graduate_id == seated)
        referral = session.scalars(mine).one()
        person_answers.decline(session, SYSTEM, referral.id, reason=DeclineReason.PAY)
    assert (
        own(sqlite_factory, short.drive_id, seated) is None
    )  # what was declined is no seat any more


def test_who_has_something_under_way_does_not_read_that_there_is_no_seat(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    publish(sqlite_factory, made)
    assert own(sqlite_factory, short.drive_id, without) is not None
    with transaction(sqlite_factory) as session:
        make_referral(
            session, session.get_one(Posting, short.far), session.get_one(Graduate, without)
        )
    assert own(sqlite_factory, short.drive_id, without) is None
