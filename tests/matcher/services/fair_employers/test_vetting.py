"""Vetting: a place needs its whole pack, nobody judges their own employer, posts shown are good ones."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.accounts import Membership
from matcher.models.drives import Drive
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Fair
from matcher.models.outbox import OutboxMessage
from matcher.services.fair_employers import packs, posts, vetting
from matcher.services.fair_employers.sight import Place
from matcher.services.permissions import Actor
from tests.factories.drives import make_drive
from tests.factories.fair_papers import make_pack, make_paper
from tests.factories.fairs import make_fair_employer
from tests.factories.postings import make_posting

_K, _P, _S = FairPaperKind, FairPaperState, FairEmployerState


def test_a_place_is_confirmed_only_with_a_whole_pack(
    session: Session, place: Place, organiser: Actor
) -> None:
    rows = make_pack(session, place.row)
    rows[-1].state = _P.HANDED_IN
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        vetting.accept_employer(session, organiser, place.fair.public_id, place.row.public_id)
    assert refused.value.code == "fair_pack_incomplete"
    assert "招聘简章" in refused.value.message
    vetting.accept_paper(session, organiser, place, rows[-1].public_id)
    vetting.accept_employer(session, organiser, place.fair.public_id, place.row.public_id)

    assert place.row.state is _S.ACCEPTED


def test_a_poster_that_was_brought_must_be_seen_too(
    session: Session, place: Place, organiser: Actor
) -> None:
    make_pack(session, place.row)
    make_paper(session, place.row, _K.POSTER)

    assert not packs.pack_of(session, place).is_complete


def test_all_whose_pack_is_whole_are_confirmed_at_once_and_nobody_else(
    session: Session, fair: Fair, call: FairCall, organiser: Actor
) -> None:
    ready = [make_fair_employer(session, fair, state=_S.APPLIED) for _ in range(2)]
    waits = make_fair_employer(session, fair, state=_S.WAITING, waiting_since=clock.now())
    lacks = make_fair_employer(session, fair, state=_S.APPLIED)
    for row in (*ready, waits):
        make_pack(session, row)

    assert vetting.accept_ready(session, organiser, fair.public_id) == 2
    assert vetting.accept_ready(session, organiser, fair.public_id) == 0
    assert [row.state for row in (*ready, waits, lacks)] == [
        _S.ACCEPTED,
        _S.ACCEPTED,
        _S.WAITING,
        _S.APPLIED,
    ]


def test_returning_says_why_and_tells_the_employer(
    session: Session, place: Place, agent: Actor, organiser: Actor
) -> None:
    paper = make_paper(session, place.row, _K.AUTHORISATION)
    with pytest.raises(RuleBrokenError):
        vetting.return_paper(session, organiser, place, paper.public_id, " ")

    vetting.return_paper(session, organiser, place, paper.public_id, "没有盖章")

    assert (paper.state, paper.reason) == (_P.RETURNED, "没有盖章")
    message = session.scalars(sa.select(OutboxMessage)).one()
    assert message.template == "fair_paper_returned"
    assert message.account_id == agent.account_id
    with pytest.raises(RuleBrokenError):
        vetting.accept_paper(session, organiser, place, paper.public_id)


def test_nobody_judges_the_employer_they_act_for(
    session: Session, place: Place, organiser: Actor
) -> None:
    paper = make_paper(session, place.row)
    for kind in (_K.AGENT, _K.AUTHORISATION, _K.BROCHURE):
        make_paper(session, place.row, kind, state=_P.ACCEPTED)
    session.add(
        Membership(
            account_id=organiser.account_id,
            role=Role.EMPLOYER,
            employer_id=place.employer.id,
        )
    )
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        vetting.accept_paper(session, organiser, place, paper.public_id)
    assert refused.value.code == "own_employer"
    paper.state = _P.ACCEPTED
    session.flush()
    assert vetting.accept_ready(session, organiser, place.fair.public_id) == 0


def test_refusing_frees_the_booth_for_who_waits(
    session: Session, fair: Fair, call: FairCall, place: Place, organiser: Actor
) -> None:
    call.n_booths = 1
    waits = make_fair_employer(session, fair, state=_S.WAITING, waiting_since=clock.now())

    vetting.refuse_employer(session, organiser, fair.public_id, place.row.public_id, "岗位不实")

    assert (place.row.state, waits.state) == (_S.REFUSED, _S.APPLIED)


def test_only_own_published_posts_of_the_drive_that_are_still_open_may_be_shown(
    session: Session, place: Place, agent: Actor, drive_posts: list[str]
) -> None:
    n_shown = posts.choose_posts(session, agent, place, drive_posts)

    assert n_shown == 1
    shown = posts.shown_posts(session, [place.row.id])[place.row.id]
    assert [one.public_id for one in shown] == drive_posts[:1]
    assert posts.choose_posts(session, agent, place, drive_posts) == 1
    assert posts.choose_posts(session, agent, place, []) == 0


@pytest.fixture
def drive_posts(session: Session, place: Place) -> list[str]:
    """Give a post that may be shown, then a draft, one that closes before, one of another drive, one of others."""
    drive = _drive(session, place.fair)
    before = place.fair.first_on - dt.timedelta(days=1)
    made = [
        make_posting(session, drive, place.employer),
        make_posting(session, drive, place.employer, state="draft"),
        make_posting(session, drive, place.employer, closes_on=before),
        make_posting(session, make_drive(session), place.employer),
        make_posting(session, drive),
    ]
    return [one.public_id for one in made]


def _drive(session: Session, fair: Fair) -> Drive:
    return session.get_one(Drive, fair.drive_id)
