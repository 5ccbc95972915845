"""Who may be proposed for what, what a proposal keeps of the lists, and which seat it holds."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import (
    ConsentPurpose,
    DriveState,
    EmployerState,
    HardshipTier,
    PostingState,
    Role,
    SeatClass,
    SeatState,
)
from matcher.kinds.households import FileState
from matcher.kinds.referrals import ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import HiddenEmployer, Referral, SeatHold
from matcher.ranking.lottery import lottery_numbers
from matcher.services import consent_acts, drives, ranking_snapshots
from matcher.services.permissions import Actor
from matcher.services.ranking_lists import explain_some
from matcher.services.referrals import proposing
from matcher.services.referrals.proposing import Pair
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.ranked_drives import rank
from tests.factories.referrals import make_referable, make_referral

_R = ReferralState


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def worker(session: Session, drive: Drive) -> Actor:
    return _worker(session, drive)


def _worker(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.CASEWORKER)
    return Actor(account.account_id, Role.CASEWORKER, union_id=drive.union_id)


def _propose(
    session: Session, by: Actor, posting: Posting, person: Graduate, **more: bool
) -> Referral:
    return proposing.propose(session, by, posting_id=posting.id, graduate_id=person.id, **more)


def _held(session: Session, referral: Referral) -> SeatClass:
    found = sa.select(Seat.seat_class).join(SeatHold, SeatHold.seat_id == Seat.id)
    return session.scalars(found.where(SeatHold.referral_id == referral.id)).one()


def test_without_a_run_it_is_by_hand_and_says_so(
    session: Session, drive: Drive, worker: Actor
) -> None:
    person = make_referable(session, drive)

    made = _propose(session, worker, make_posting(session, drive), person)

    assert (made.state, made.run_id, made.fit_points) == (_R.PROPOSED, None, 0)
    assert made.reasons == {"source": "by_hand", "why": "no_run"}
    number = session.scalars(sa.select(DriveEntry.number)).one()
    assert made.lottery == int(lottery_numbers([number], drives.lottery_key(session, drive))[0])
    assert made.decide_by_on is not None
    assert made.decide_by_on > clock.today()


def test_nobody_is_proposed_where_a_rule_stands_against_it(
    session: Session, drive: Drive, worker: Actor
) -> None:
    day = dt.timedelta(days=1)
    past = clock.today() - day

    def refused(posting: Posting, person: Graduate) -> str:
        with pytest.raises(RuleBrokenError) as error:
            _propose(session, worker, posting, person)
        return error.value.code

    person, good = make_referable(session, drive), make_posting(session, drive)
    unverified = make_posting(session, drive)
    session.get_one(Employer, unverified.employer_id).state = EmployerState.SUSPENDED
    lapsed = make_posting(session, drive)
    session.get_one(Employer, lapsed.employer_id).recheck_due_on = past
    hidden = make_posting(session, drive)
    session.add(
        HiddenEmployer(graduate_id=person.id, employer_id=hidden.employer_id, hidden_at=clock.now())
    )
    union = session.get_one(Graduate, person.id).union_id
    stranger = make_graduate(session, union_id=union)
    silent = make_referable(session, drive)
    sa_consent = sa.update(Consent).where(Consent.graduate_id == silent.id)
    session.execute(sa_consent.values(withdrawn_at=clock.now()))
    placed = make_referable(session, drive)
    make_referral(session, make_posting(session, drive), placed, state=_R.ACCEPTED)

    assert refused(make_posting(session, drive, state=PostingState.CLOSED), person) == (
        "referral_posting_closed"
    )
    assert refused(make_posting(session, drive, closes_on=past), person) == "referral_posting_over"
    assert {refused(one, person) for one in (unverified, lapsed)} == {
        "referral_employer_unverified"
    }
    assert refused(hidden, person) == "referral_hidden"
    assert refused(good, stranger) == "referral_not_in_drive"
    assert refused(good, silent) == "referral_no_consent"
    assert refused(good, placed) == "referral_settled"
    drive.state = DriveState.CLOSED
    assert refused(good, person) == "referral_drive_closed"


def test_on_its_last_day_a_posting_still_takes_a_referral(
    session: Session, drive: Drive, worker: Actor
) -> None:
    posting = make_posting(session, drive, closes_on=clock.today())

    assert _propose(session, worker, posting, make_referable(session, drive)).id


def test_a_pair_has_one_live_referral_and_another_one_once_that_ended(
    session: Session, drive: Drive, worker: Actor
) -> None:
    person, posting = make_referable(session, drive), make_posting(session, drive)
    make_referral(session, posting, person, state=_R.DECLINED)
    _propose(session, worker, posting, person)

    with pytest.raises(RuleBrokenError) as refused:
        _propose(session, worker, posting, person)

    assert refused.value.code == "referral_live_already"


@pytest.mark.parametrize(
    ("household", "seat_class"),
    [
        ({"zero_employment": True}, SeatClass.ZERO_EMPLOYMENT),
        ({"tier": HardshipTier.RELATIVE}, SeatClass.HARDSHIP),
        ({"state": FileState.EXITED, "is_open": False}, SeatClass.ORDINARY),
        (None, SeatClass.ORDINARY),
    ],
)
def test_a_seat_is_held_for_whom_it_is_kept_first(
    session: Session,
    drive: Drive,
    worker: Actor,
    household: dict[str, object] | None,
    seat_class: SeatClass,
) -> None:
    kept = {SeatClass.HARDSHIP: 1, SeatClass.ZERO_EMPLOYMENT: 1}
    posting = make_posting(session, drive, headcount=3, reserved=kept)
    own = make_household(session, **household) if household is not None else None  # type: ignore[arg-type]  # by name
    person = make_referable(session, drive, household=own)

    made = _propose(session, worker, posting, person, hold_seat=True)

    assert _held(session, made) is seat_class


def test_a_kept_seat_is_held_for_nobody_else_before_its_day(
    session: Session, drive: Drive, worker: Actor
) -> None:
    posting = make_posting(session, drive, headcount=1, reserved={SeatClass.HARDSHIP: 1})
    seat = session.scalars(sa.select(Seat).where(Seat.posting_id == posting.id)).one()
    seat.release_on = clock.today() + dt.timedelta(days=1)
    person = make_referable(session, drive)

    with pytest.raises(RuleBrokenError) as refused:
        _propose(session, worker, posting, person, hold_seat=True)
    session.rollback()

    assert refused.value.code == "seat_none_to_hold"


def test_from_its_day_on_a_kept_seat_is_held_for_anybody(
    session: Session, drive: Drive, worker: Actor
) -> None:
    posting = make_posting(session, drive, headcount=1, reserved={SeatClass.HARDSHIP: 1})
    seat = session.scalars(sa.select(Seat).where(Seat.posting_id == posting.id)).one()
    seat.release_on = clock.today()

    made = _propose(session, worker, posting, make_referable(session, drive), hold_seat=True)

    assert (_held(session, made), seat.state) == (SeatClass.HARDSHIP, SeatState.HELD)


def test_others_people_and_others_postings_answer_like_missing_ones(
    session: Session, drive: Drive, worker: Actor
) -> None:
    person, posting = make_referable(session, drive), make_posting(session, drive)
    elsewhere = make_actor(session, Role.CASEWORKER)
    approver = Actor(worker.account_id, Role.APPROVER, union_id=drive.union_id)

    with pytest.raises(NotFoundError):
        _propose(session, elsewhere, posting, person)
    with pytest.raises(NotAllowedError):
        _propose(session, approver, posting, person)


def test_many_pairs_are_judged_each_and_twice_is_once(
    session: Session, drive: Drive, worker: Actor
) -> None:
    people = [make_referable(session, drive) for _ in range(3)]
    posting = make_posting(session, drive, headcount=2)
    closed = make_posting(session, drive, state=PostingState.CLOSED)
    pairs = [Pair(posting.id, one.id) for one in people] + [Pair(closed.id, people[0].id)]
    pairs += [Pair(posting.id, 10**6), Pair(10**6, people[0].id)]

    first = proposing.propose_many(session, worker, pairs, hold_seat=True)
    again = proposing.propose_many(session, worker, pairs, hold_seat=True)

    codes = [one.refusal.code if one.refusal else None for one in first]
    assert codes[:4] == [None, None, "seat_none_to_hold", "referral_posting_closed"]
    assert codes[4:] == ["not_found", "not_found"]
    assert [one.refusal.code for one in again if one.refusal][:2] == ["referral_live_already"] * 2
    assert [one.referral_id for one in again[:2]] == [one.referral_id for one in first[:2]]
    assert len(session.scalars(sa.select(Referral)).all()) == 2


def test_a_proposal_keeps_run_fit_and_reasons_of_its_moment(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        drive = make_drive(session)
        good = make_posting(session, drive)
        other = make_posting(session, drive, requirement={"混合": "土木工程"})
        nowhere = make_employer(session, region_code=None)
        unsure = make_posting(session, drive, nowhere, region_code=None)
        household = make_household(session, zero_employment=True)
        person = make_referable(session, drive, household=household)
        by_hand = make_referable(session, drive)
        worker = _worker(session, drive)
        consent_acts.withdraw_consent(session, worker, by_hand.id, ConsentPurpose.RANKING)
    run_id = rank(session_factory, drive.id)

    with transaction(session_factory) as session:
        made = _propose(session, worker, good, person)
        manual = _propose(session, worker, good, by_hand)
        run = session.get_one(RankingRun, run_id)
        shown = explain_some(
            session, drive, run, graduates=[person.id], postings=[good.id, other.id, unsure.id]
        )
        refusals = []
        for posting in (other, unsure):
            with pytest.raises(RuleBrokenError) as refused, session.begin_nested():
                _propose(session, worker, posting, person)
            refusals.append(refused.value.code)
        needed = ranking_snapshots.needed_hashes(session, clock.now() + dt.timedelta(days=400))

    found = shown[person.id, good.id]
    assert (made.run_id, made.fit_points) == (run_id, found.fit)
    assert made.change_seq == max(run.as_of_change, run.followed_change)
    assert sum(part["points"] for part in made.reasons["parts"]) == made.fit_points > 0
    assert "zero" not in json.dumps(made.reasons)
    assert (manual.run_id, manual.reasons["why"]) == (None, "no_ranking_consent")
    verdicts = [shown[person.id, one.id].verdict.value for one in (other, unsure)]
    assert (verdicts, refusals) == (
        ["no", "maybe"],
        ["referral_not_eligible", "referral_undecided"],
    )
    assert (drive.id, run.snapshot_hash) in needed
