"""From plan to plan: what is settled never moves, what was promised is solved again, and who loses is told why."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.allocation.rules import PlanRules
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import SeatState
from matcher.kinds.plans import ChangeReason, PinKind, PlanRule, SeatChange
from matcher.kinds.referrals import ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.plans import PlanShift
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services.permissions import SYSTEM
from matcher.services.plans import pins, publications, runs, shifts
from matcher.services.plans.markets import DriveMarket
from matcher.services.plans.parameters import PlanParameters
from matcher.services.referrals import sending
from tests.factories.plan_rows import add_pin
from tests.factories.plans import (
    held_proposals,
    plan,
    plan_row,
    planner_of,
    publish,
    ranked_drive,
    read_drive_market,
    seats_of,
)

_R = ReferralState


def test_settled_seats_never_move_and_promises_are_solved_again(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    first = publish(session_factory, plan(session_factory, drive_id))
    promised = seats_of(session_factory, first)
    with transaction(session_factory) as session:
        settled = session.scalars(sa.select(Referral).order_by(Referral.id).limit(1)).one()
        _settle(session, settled)
        victim = max(promised)
        gone = promised[victim]
        if gone == settled.posting_id:
            pytest.fail("the drive of the test should have several postings")
        session.execute(
            sa.update(Seat)
            .where(Seat.posting_id == gone, Seat.state == SeatState.OPEN)
            .values(state=SeatState.CLOSED)
        )

    second = plan(session_factory, drive_id)

    market = second.figures["market"]
    assert market["left_out"]["settled"] == 1
    assert market["provisional"] == len(promised) - 1
    assert settled.graduate_id not in seats_of(session_factory, second)
    publish(session_factory, second)
    with reading(session_factory) as session:
        assert session.get_one(Referral, settled.id).state is _R.ACCEPTED
    assert held_proposals(session_factory) == seats_of(session_factory, second)


def _settle(session: Session, referral: Referral) -> None:
    """Let a person have accepted the job."""
    referral.state = _R.ACCEPTED
    hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == referral.id)).one()
    hold.until_on = None
    session.get_one(Seat, hold.seat_id).state = SeatState.FILLED


def test_a_plan_says_who_would_lose_a_promised_seat_and_why_and_publishing_it_takes_that_back(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    first = publish(session_factory, plan(session_factory, drive_id))
    promised = seats_of(session_factory, first)
    person = min(promised)
    with transaction(session_factory) as session:
        agreed = session.scalars(sa.select(Consent).where(Consent.graduate_id == person)).one()
        agreed.withdrawn_at, agreed.withdrawn_through = agreed.given_at, agreed.given_through

    second = plan(session_factory, drive_id)

    with reading(session_factory) as session:
        rows = session.scalars(
            sa.select(PlanShift).where(
                PlanShift.plan_id == second.id, PlanShift.rule == PlanRule.FAIR
            )
        ).all()
        changes = shifts.compare_plans(
            session, SYSTEM, second.public_id, PlanRule.FAIR, first.public_id
        )
    lost = {row.graduate_id: row for row in rows}
    assert lost[person].kind is SeatChange.LOST
    assert lost[person].before_id == promised[person]
    assert {row.graduate_id for row in rows} == {
        change.graduate for change in changes if change.before is not None
    }
    publish(session_factory, second)
    assert held_proposals(session_factory) == seats_of(session_factory, second)
    with reading(session_factory) as session:
        assert session.get_one(Referral, lost[person].referral_id).state is _R.WITHDRAWN


def test_who_agreed_and_was_sent_keeps_the_seat_whatever_the_next_plan_rules_out(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    first = publish(session_factory, plan(session_factory, drive_id))
    with transaction(session_factory) as session:
        sent = session.scalars(sa.select(Referral).order_by(Referral.id).limit(1)).one()
        sending.agree(session, planner_of(session, drive_id), sent.id)
        add_pin(session, drive_id, sent.graduate_id, sent.posting_id)

    second = plan(session_factory, drive_id)

    assert second.figures["market"]["left_out"]["under_way"] == 1
    assert second.figures["market"]["provisional"] == len(seats_of(session_factory, first)) - 1
    assert sent.graduate_id not in seats_of(session_factory, second)
    publish(session_factory, second)
    with reading(session_factory) as session:
        assert session.get_one(Referral, sent.id).state is _R.SENT
        hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == sent.id)).one()
        assert hold.ended_at is None
        of_person = session.scalars(
            sa.select(Referral.id).where(Referral.graduate_id == sent.graduate_id)
        ).all()
        assert of_person == [sent.id]


def test_who_has_the_seat_by_now_loses_nothing_and_of_the_others_it_is_told_what_keeps_them_out(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    first = publish(session_factory, plan(session_factory, drive_id))
    with transaction(session_factory) as session:
        sent, settled, unasked, gone = session.scalars(
            sa.select(Referral).order_by(Referral.id).limit(4)
        ).all()
        sending.agree(session, planner_of(session, drive_id), sent.id)
        _settle(session, settled)
        agreed = sa.select(Consent).where(Consent.graduate_id == unasked.graduate_id)
        for one in session.scalars(agreed):
            one.withdrawn_at, one.withdrawn_through = one.given_at, one.given_through
        left = DriveEntry.graduate_id == gone.graduate_id
        session.execute(sa.update(DriveEntry).where(left).values(left_at=clock.now()))

    second = plan(session_factory, drive_id)

    with reading(session_factory) as session:
        changes = shifts.compare_plans(
            session, SYSTEM, second.public_id, PlanRule.FAIR, first.public_id
        )
        stored = session.scalars(
            sa.select(PlanShift).where(
                PlanShift.plan_id == second.id, PlanShift.rule == PlanRule.FAIR
            )
        ).all()
    why = {one.graduate: one.reason for one in changes}
    assert sent.graduate_id not in why
    assert settled.graduate_id not in why
    expected = {
        unasked.graduate_id: ChangeReason.NO_CONSENT,
        gone.graduate_id: ChangeReason.GONE,
    }
    assert {person: why[person] for person in expected} == expected
    assert {row.graduate_id: row.reason for row in stored}.items() >= expected.items()


def test_a_pair_the_employer_has_already_is_not_ruled_out_and_the_referral_is_named(
    session_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(session_factory)
    publish(session_factory, plan(session_factory, drive_id))
    with transaction(session_factory) as session:
        by = planner_of(session, drive_id)
        sent = session.scalars(sa.select(Referral).order_by(Referral.id).limit(1)).one()
        sending.agree(session, by, sent.id)
        pair = {"graduate_id": sent.graduate_id, "posting_id": sent.posting_id}

        with pytest.raises(RuleBrokenError) as refused:
            pins.set_pin(session, by, drive_id, **pair, kind=PinKind.FORBID, reason="单位不合适")

    assert refused.value.code == "plan_pin_under_way"
    assert refused.value.details["referral_id"] == sent.id


def test_a_plan_made_before_another_was_published_is_not_published_over_it(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    old = plan(sqlite_factory, drive_id)
    publish(sqlite_factory, plan(sqlite_factory, drive_id))

    with transaction(sqlite_factory) as session:
        runs.choose_rule(session, SYSTEM, old.public_id, PlanRule.FAIR)
        with pytest.raises(RuleBrokenError) as refused:
            publications.publish_plan(session, SYSTEM, old.public_id)
    assert refused.value.code == "plan_outdated"
    assert plan_row(sqlite_factory, old.id).published_at is None


def test_a_promised_seat_weighs_more_in_the_wish_where_the_rules_say_so(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    made = publish(sqlite_factory, plan(sqlite_factory, drive_id))
    promised = seats_of(sqlite_factory, made)

    plain = _wishes(read_drive_market(sqlite_factory, drive_id)[0])
    sticky = PlanParameters(rules=PlanRules(stickiness=500))
    weighed = _wishes(read_drive_market(sqlite_factory, drive_id, sticky)[0])

    assert {pair: weighed[pair] - wish for pair, wish in plain.items()} == {
        pair: 500 * (promised.get(pair[0]) == pair[1]) for pair in plain
    }


def _wishes(made: DriveMarket) -> dict[tuple[int, int], int]:
    market = made.market
    people = market.graduates[market.graduate_of_edge()].tolist()
    postings = market.postings[market.posting].tolist()
    pairs = zip(people, postings, strict=True)
    return dict(zip(pairs, market.wish.tolist(), strict=True))


def test_seats_the_last_publication_holds_are_free_again_and_nobody_is_left_out(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = ranked_drive(sqlite_factory)
    before, _ = read_drive_market(sqlite_factory, drive_id)
    made = publish(sqlite_factory, plan(sqlite_factory, drive_id))

    after, _ = read_drive_market(sqlite_factory, drive_id)

    assert after.market.seats.sum() == before.market.seats.sum()
    assert (after.market.graduates == before.market.graduates).all()
    assert (after.provisional >= 0).sum() == len(seats_of(sqlite_factory, made))
