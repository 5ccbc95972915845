"""The desk's lists: each referral in one group, counts that agree with the rows, sight, steps, seats with holders."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, NotFoundError
from matcher.kinds import Role, SeatClass, SeatState
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import choosing, lists, previews
from matcher.services.referrals.groups import STATES, ReferralGroup
from matcher.services.referrals.lists import ReferralFilter
from matcher.services.referrals.seat_board import seat_board
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referable, make_referral


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def posting(session: Session, union: Union) -> Posting:
    drive = make_drive(session, union)
    return make_posting(
        session, drive, headcount=8, title="出纳", reserved={SeatClass.ZERO_EMPLOYMENT: 1}
    )


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


def test_every_state_is_in_exactly_one_group() -> None:
    listed = [state for states in STATES.values() for state in states]

    assert sorted(listed) == sorted(ReferralState)


def test_counts_agree_with_the_rows_of_each_group(
    session: Session, posting: Posting, clerk: Actor
) -> None:
    for state in ReferralState:
        make_referral(session, posting, state=state)
    left = make_referral(session, posting, state=ReferralState.IN_POST, seat=False)
    left.left_on = clock.today()
    session.flush()

    for group in ReferralGroup:
        page = lists.list_referrals(session, clerk, ReferralFilter(group=group), limit=100)
        assert page.total == page.counts[group] == len(page.rows)
        assert {row.group for row in page.rows} == {group}
    whole = lists.list_referrals(session, clerk, ReferralFilter(), limit=100)
    assert whole.total == len(ReferralState) + 1 == sum(whole.counts.values())


def test_the_day_that_comes_first_stands_first_and_none_last(
    session: Session, posting: Posting, clerk: Actor
) -> None:
    today = clock.today()
    for days in (5, None, -1):
        due = today + dt.timedelta(days=days) if days is not None else None
        make_referral(session, posting, decide_by_on=due)

    page = lists.list_referrals(session, clerk, ReferralFilter(words="出纳"))
    over = lists.list_referrals(session, clerk, ReferralFilter(due="over"))

    days = [row.referral.decide_by_on for row in page.rows]
    assert days == [today - dt.timedelta(days=1), today + dt.timedelta(days=5), None]
    assert over.total == 1


def test_others_see_nothing_of_it(session: Session, posting: Posting) -> None:
    made = make_referral(session, posting)
    stranger = make_actor(session, Role.CASEWORKER, union=make_union(session))
    reviewer = make_actor(session, Role.REVIEWER)

    assert lists.list_referrals(session, stranger, ReferralFilter()).total == 0
    assert lists.lines_of(session, stranger, [made.public_id]) == []
    assert lists.timeline_of(session, stranger, made.id) == []
    with pytest.raises(NotFoundError):
        seat_board(session, stranger, posting.public_id)
    with pytest.raises(NotAllowedError):
        lists.list_referrals(session, reviewer, ReferralFilter())


def test_the_last_referral_of_a_pair_is_the_one_that_goes_on(
    session: Session, posting: Posting, clerk: Actor
) -> None:
    first = make_referral(session, posting, state=ReferralState.SENT)
    graduate = session.get_one(Referral, first.id).graduate_id
    person = make_referable(session, session.get_one(Drive, posting.drive_id))
    make_referral(session, posting, person, state=ReferralState.DECLINED)

    standing = lists.standing_pairs(session, clerk, posting_id=posting.id)

    assert {row.state for row in standing.values()} == {ReferralState.SENT, ReferralState.DECLINED}
    own = lists.standing_pairs(session, clerk, graduate_id=graduate)
    assert own[posting.public_id].id == first.id


def test_the_board_counts_every_seat_once(session: Session, posting: Posting, clerk: Actor) -> None:
    make_referral(session, posting, state=ReferralState.OFFERED, seat=True)
    make_referral(session, posting, state=ReferralState.ACCEPTED)
    make_referral(session, posting, seat=True)

    board = seat_board(session, clerk, posting.public_id)

    states = (SeatState.OPEN, SeatState.HELD, SeatState.OFFERED, SeatState.FILLED)
    assert [board.count(state) for state in states] == [5, 1, 1, 1]
    assert board.published == 8
    assert board.promised == 1
    assert sum(tile.holder is not None for tile in board.tiles) == 3


def test_a_look_at_pairs_writes_nothing_and_says_what_a_proposal_would(
    session: Session, posting: Posting, clerk: Actor
) -> None:
    drive = session.get_one(Drive, posting.drive_id)
    free, taken = make_referable(session, drive), make_referable(session, drive)
    make_referral(session, posting, taken, state=ReferralState.IN_POST)
    other = make_posting(session, drive)
    pairs = [(other.public_id, one.public_id) for one in (free, taken)]

    looked = previews.preview_pairs(session, clerk, [*pairs, ("nothing", "nobody")])

    assert [one.refusal.code if one.refusal else None for one in looked] == [
        None,
        "referral_settled",
    ]
    assert looked[0].n_open == 2
    assert session.scalar(sa.select(sa.func.count(Referral.id))) == 1


def test_only_what_recruits_now_is_offered_by_hand(
    session: Session, posting: Posting, clerk: Actor
) -> None:
    person = make_referable(session, session.get_one(Drive, posting.drive_id))
    drive = session.get_one(Drive, posting.drive_id)
    make_posting(session, drive, closes_on=clock.today() - dt.timedelta(days=1))
    make_posting(session, title="别的活动")

    found = choosing.postings_for(session, clerk, person.public_id, "")

    assert [one.title for one in found] == ["出纳"]
    assert found[0].n_free == 8
    assert choosing.people_for(session, clerk, posting.public_id, "") == []
    named = choosing.people_for(session, clerk, posting.public_id, person.name)
    assert [one.public_id for one in named] == [person.public_id]
