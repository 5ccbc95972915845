"""Employers are invited by trade and by how many graduates fit, one or many, and nobody twice."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotAllowedError, NotFoundError
from matcher.kinds import EmployerState, ListSide, Role
from matcher.kinds.fairs import FairEmployerState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairCall
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.ranking_runs import RankedList
from matcher.services import sealing
from matcher.services.fair_employers import inviting
from matcher.services.fair_employers.inviting import Wanted
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fair_guests import make_lists
from tests.factories.fairs import make_fair_employer
from tests.factories.people import make_phone
from tests.factories.postings import make_employer, make_posting

_S = FairEmployerState


def _listed(session: Session, fair: Fair, employers: dict[Employer, list[int]]) -> None:
    """Rank posts of employers, each with so many graduates who fit."""
    drive = session.get_one(Drive, fair.drive_id)
    run = make_lists(session, drive, {})
    for employer, counts in employers.items():
        for count in counts:
            posting = make_posting(session, drive, employer)
            session.add(
                RankedList(
                    run_id=run.id,
                    side=ListSide.POSTING_ORDINARY,
                    subject_id=posting.id,
                    length=0,
                    n_eligible=count,
                    keys=b"",
                    partners=b"",
                )
            )
    session.flush()


def _names(found: inviting.CandidateList) -> list[str]:
    return [one.employer.name for one in found.rows]


def test_most_fitting_graduates_come_first_and_the_least_number_narrows(
    session: Session, union: Union, fair: Fair, organiser: Actor
) -> None:
    few, many, none = (make_employer(session, union, name=name) for name in ("少", "多", "无"))
    _listed(session, fair, {few: [3, 9], many: [40]})

    found = inviting.list_candidates(session, organiser, fair, Wanted())

    assert _names(found) == ["多", "少", "无"]
    assert [one.n_fitting for one in found.rows] == [40, 9, None]
    assert [one.n_posts for one in found.rows] == [1, 2, 0]
    fitting = inviting.list_candidates(session, organiser, fair, Wanted(fitting=10))
    assert _names(fitting) == ["多"]
    assert none.name in _names(
        inviting.list_candidates(session, organiser, fair, Wanted(name="无"))
    )


def test_a_trade_holds_its_divisions(
    session: Session, union: Union, fair: Fair, organiser: Actor
) -> None:
    make_employer(session, union, name="整个门类", industry="C")
    make_employer(session, union, name="其中大类", industry="39")
    make_employer(session, union, name="别的", industry="I")

    found = inviting.list_candidates(session, organiser, fair, Wanted(trade="C"))

    assert _names(found) == ["整个门类", "其中大类"]


def test_only_verified_employers_of_the_scope_that_do_not_come_are_offered(
    session: Session, union: Union, fair: Fair, organiser: Actor
) -> None:
    make_employer(session)
    make_employer(session, union, state=EmployerState.PENDING)
    make_fair_employer(session, fair)
    again = make_fair_employer(session, fair, state=_S.DECLINED)

    found = inviting.list_candidates(session, organiser, fair, Wanted())

    assert [one.employer.id for one in found.rows] == [again.employer_id]
    assert found.rows[0].state is _S.DECLINED


def test_many_are_invited_at_once_each_is_told_and_a_second_press_asks_nobody(
    session: Session, union: Union, fair: Fair, call: FairCall, organiser: Actor
) -> None:
    with_account = make_employer(session, union)
    make_actor(session, Role.EMPLOYER, employer=with_account)
    by_phone = make_employer(session, union)
    sealing.seal_contact_phone(session, by_phone, make_phone())
    stranger = make_employer(session)
    ids = [with_account.id, by_phone.id, stranger.id]

    assert inviting.invite(session, organiser, fair.public_id, ids) == 2
    assert inviting.invite(session, organiser, fair.public_id, ids) == 0

    states = session.scalars(sa.select(FairEmployer.state)).all()
    assert states == [_S.INVITED, _S.INVITED]
    told = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [one.template for one in told] == ["fair_invited", "fair_contact"]
    assert told[0].parameters["fair"] == fair.title


def test_who_declined_may_be_asked_again_and_is_told_again(
    session: Session, fair: Fair, call: FairCall, employer: Employer, agent: Actor, organiser: Actor
) -> None:
    inviting.invite(session, organiser, fair.public_id, [employer.id])
    row = session.scalars(sa.select(FairEmployer)).one()
    row.state = _S.DECLINED
    session.flush()

    assert inviting.invite(session, organiser, fair.public_id, [employer.id]) == 1

    assert row.state is _S.INVITED
    assert len(session.scalars(sa.select(OutboxMessage.id)).all()) == 2


def test_employers_and_organisers_elsewhere_invite_nobody(
    session: Session, fair: Fair, agent: Actor
) -> None:
    elsewhere = make_actor(session, Role.FAIR_ORGANISER)

    with pytest.raises(NotAllowedError):
        inviting.invite(session, agent, fair.public_id, [])
    with pytest.raises(NotFoundError):
        inviting.invite(session, elsewhere, fair.public_id, [])
