"""Publishing a plan: proposals and holds once, nobody told before staff confirm, all of it taken back again."""

from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, JobQueue, Role, SeatClass, SeatState
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.plans import PlanRule, SeatedAs
from matcher.kinds.referrals import HoldEnd, ReferralState
from matcher.models.audit import AuditEntry
from matcher.models.consents import Consent
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.plans import PlanPublication, PlanRelease, PlanRun, PlanSeat
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services import jobs
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.plans import confirming, proposals, publications, runs
from matcher.services.plans.unconfirmed import is_unconfirmed
from matcher.services.referrals import own_lists, sending
from tests.factories.plans import (
    held_proposals,
    make_planned_drive,
    plan,
    planner_of,
    publish,
    ranked_drive,
    seats_of,
)
from tests.factories.ranked_drives import drain, rank

_R = ReferralState


def _count(session: Session, table: type[object]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_publishing_makes_a_proposal_with_a_held_seat_of_every_seat_and_tells_nobody(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    with transaction(session_factory) as session:
        by = planner_of(session, drive_id)

    made = publish(session_factory, plan(session_factory, drive_id), by=by)

    assert held_proposals(session_factory) == seats_of(session_factory, made)
    with reading(session_factory) as session:
        assert _count(session, OutboxMessage) == 0
        assert set(session.scalars(sa.select(Referral.proposed_by_id))) == {by.account_id}
        told = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "plan.published")
        ).one()
        assert (told.actor_id, told.subject_id) == (by.account_id, made.id)


@pytest.mark.parametrize("rule", list(PlanRule))
def test_seats_given_to_everybody_are_opened_first_each_in_the_trail(
    sqlite_factory: SessionFactory, rule: PlanRule
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_planned_drive(session).id
        # Nobody is left for whom the kept seats are kept, and nothing else is open at their postings.
        session.execute(sa.update(Graduate).values(household_id=None))
        kept = sa.select(Seat.posting_id).where(Seat.seat_class != SeatClass.ORDINARY)
        ordinary = Seat.seat_class == SeatClass.ORDINARY
        session.execute(sa.delete(Seat).where(ordinary, Seat.posting_id.in_(kept)))
    rank(sqlite_factory, drive_id)

    made = publish(sqlite_factory, plan(sqlite_factory, drive_id), rule)

    with reading(sqlite_factory) as session:
        released = session.scalars(
            sa.select(PlanSeat.posting_id).where(
                PlanSeat.rule == rule, PlanSeat.kind == SeatedAs.RELEASED
            )
        ).all()
        opened = session.scalars(
            sa.select(Seat.posting_id).join(PlanRelease, PlanRelease.seat_id == Seat.id)
        ).all()
        in_trail = session.scalars(
            sa.select(AuditEntry.subject_id).where(AuditEntry.action == "seat.released")
        ).all()
    assert released
    assert Counter(released) == Counter(opened) == Counter(in_trail)
    assert held_proposals(sqlite_factory) == seats_of(sqlite_factory, made, rule)


def test_a_publication_run_again_or_asked_for_again_makes_nothing_twice(
    session_factory: SessionFactory,
) -> None:
    made = publish(session_factory, plan(session_factory, ranked_drive(session_factory)))
    with reading(session_factory) as session:
        before = [_count(session, one) for one in (Referral, SeatHold, PlanPublication)]
    with transaction(session_factory) as session:
        publications.publish_plan(session, SYSTEM, made.public_id)
        jobs.enqueue(session, publications.PUBLISH, {"plan_id": made.id}, queue=JobQueue.BATCH)

    drain(session_factory)

    with reading(session_factory) as session:
        assert [_count(session, one) for one in (Referral, SeatHold, PlanPublication)] == before
        told = sa.select(sa.func.count()).where(AuditEntry.action == "plan.proposed")
        assert session.scalar(told) == 1
    assert held_proposals(session_factory) == seats_of(session_factory, made)


def test_a_publication_killed_in_the_middle_goes_on_where_it_stopped(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(sqlite_factory, ranked_drive(sqlite_factory))
    monkeypatch.setattr(proposals, "CHUNK", 3)
    with transaction(sqlite_factory) as session:
        runs.choose_rule(session, SYSTEM, made.public_id, PlanRule.FAIR)
        publications.publish_plan(session, SYSTEM, made.public_id)
    with transaction(sqlite_factory) as session:
        proposals.make_proposals(session, made.id)
    with reading(sqlite_factory) as session:
        assert 0 < _count(session, Referral) < len(seats_of(sqlite_factory, made))

    drain(sqlite_factory)

    assert held_proposals(sqlite_factory) == seats_of(sqlite_factory, made)


def test_what_cannot_be_proposed_is_told_by_code_and_tried_again_when_asked(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    made = plan(sqlite_factory, drive_id)
    person = min(seats_of(sqlite_factory, made))
    with transaction(sqlite_factory) as session:
        text_id = session.scalar(sa.select(Consent.text_id).where(Consent.graduate_id == person))
        session.execute(sa.delete(Consent).where(Consent.graduate_id == person))

    publish(sqlite_factory, made)

    with reading(sqlite_factory) as session:
        row = session.get_one(PlanPublication, (made.id, person))
        assert (row.published_as, row.refusal_code) == (PublishedAs.REFUSED, "referral_no_consent")
    with transaction(sqlite_factory) as session:
        other = session.scalars(sa.select(Consent).limit(1)).one()
        session.add(
            Consent(
                graduate_id=person,
                purpose=ConsentPurpose.SERVICE,
                text_id=text_id,
                given_at=other.given_at,
                given_through=other.given_through,
            )
        )
        publications.publish_plan(session, SYSTEM, made.public_id)
    drain(sqlite_factory)
    assert held_proposals(sqlite_factory) == seats_of(sqlite_factory, made)


def test_a_person_is_asked_and_sees_the_proposal_when_staff_confirm_and_once(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    publish(session_factory, plan(session_factory, drive_id))
    with transaction(session_factory) as session:
        by = planner_of(session, drive_id)
        referral = session.scalars(sa.select(Referral).order_by(Referral.id).limit(1)).one()
        person = Actor(None, Role.GRADUATE, graduate_id=referral.graduate_id)
        assert own_lists.list_own(session, person) == []
        unconfirmed = sa.select(Referral.id).where(is_unconfirmed())
        waiting = session.scalars(unconfirmed).all()
        assert referral.id in waiting

        confirming.confirm_proposal(session, by, referral.id)
        confirming.confirm_proposal(session, by, referral.id)

        assert [one.referral.id for one in own_lists.list_own(session, person)] == [referral.id]
        assert _count(session, OutboxMessage) == 1
        left = session.scalars(unconfirmed).all()
        assert sorted([*left, referral.id]) == sorted(waiting)
        outcomes = confirming.confirm_many(session, by, left)
        assert all(one.refusal is None for one in outcomes)
        assert _count(session, OutboxMessage) == len(waiting)
    with transaction(session_factory) as session:
        person_id = session.scalars(sa.select(Graduate.id).order_by(Graduate.id.desc())).first()
        other = session.scalars(
            sa.select(Referral.id).where(Referral.graduate_id == person_id)
        ).first()
        with pytest.raises(NotFoundError):
            confirming.confirm_proposal(session, by, (other or 0) + 10_000)


def _last_released(session: Session) -> dict[int, object]:
    rows = session.execute(sa.select(Seat.id, Seat.release_on).order_by(Seat.id))
    return {row.id: row.release_on for row in rows}


def test_taking_a_publication_back_withdraws_what_was_not_sent_and_keeps_seats_again(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    with reading(session_factory) as session:
        days = _last_released(session)
    made = publish(session_factory, plan(session_factory, drive_id), PlanRule.MOST)
    with transaction(session_factory) as session:
        sent = session.scalars(sa.select(Referral).order_by(Referral.id).limit(1)).one()
        sending.agree(session, planner_of(session, drive_id), sent.id)
    with transaction(session_factory) as session:
        publications.withdraw_publication(session, SYSTEM, made.public_id)

    drain(session_factory)

    with reading(session_factory) as session:
        states = Counter(session.scalars(sa.select(Referral.state)))
        assert states[_R.SENT] == 1
        assert set(states) == {_R.SENT, _R.WITHDRAWN}
        ends = session.scalars(sa.select(SeatHold.ended_as).where(SeatHold.ended_at.is_not(None)))
        assert set(ends) == {HoldEnd.REPLANNED}
        held = session.scalars(sa.select(Seat).where(Seat.state == SeatState.HELD)).one()
        assert {key: day for key, day in _last_released(session).items() if key != held.id} == {
            key: day for key, day in days.items() if key != held.id
        }
    with transaction(session_factory) as session:
        for act in (publications.withdraw_publication, publications.publish_plan):
            with pytest.raises(RuleBrokenError):
                act(session, SYSTEM, made.public_id)


def test_a_plan_nobody_chose_a_result_of_is_not_published(sqlite_factory: SessionFactory) -> None:
    made = plan(sqlite_factory, ranked_drive(sqlite_factory))

    with transaction(sqlite_factory) as session, pytest.raises(RuleBrokenError) as refused:
        publications.publish_plan(session, SYSTEM, made.public_id)
    assert refused.value.code == "plan_not_chosen"


def test_nobody_next_in_line_takes_a_seat_the_plan_gave_back(
    sqlite_factory: SessionFactory,
) -> None:
    """A kept seat taken back for the plan goes to whom the plan says, not to the next of the list (递补)."""
    drive_id = ranked_drive(sqlite_factory)
    made = publish(sqlite_factory, plan(sqlite_factory, drive_id))
    with reading(sqlite_factory) as session:
        kept = session.scalars(
            sa.select(PlanSeat.graduate_id).where(PlanSeat.seat_group != SeatClass.ORDINARY)
        ).all()
    assert kept
    with transaction(sqlite_factory) as session:
        publications.withdraw_publication(session, SYSTEM, made.public_id)

    drain(sqlite_factory)

    assert held_proposals(sqlite_factory) == {}
    with reading(sqlite_factory) as session:
        assert not session.scalars(
            sa.select(PlanRun.id).where(PlanRun.withdrawn_at.is_(None))
        ).all()
