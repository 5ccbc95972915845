"""A person and a fair: the link of the message on a phone, the route, coming, the ticket; then the own page, wide."""

import os

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, JobState, Role
from matcher.kinds.fairs import FairState, VisitorState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_guests import FairInvitation
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import FairEmployer
from matcher.models.graduates import Graduate
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Posting
from matcher.services import outbox
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import inviting
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.fairs import (
    make_booth,
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_hall,
    make_session,
)
from tests.factories.ranked_drives import make_ranked_drive, rank
from tests.factories.referrals import make_consent
from tests.journeys.conftest import OpenAs
from tests.support.browser import NewPage
from tests.support.looks import complaints, look
from workers import fair_guests, live, ranking
from workers.runner import Runner

BODIES = (fair_guests, live, ranking)
"""Modules whose import registers the bodies that are run here."""


@pytest.fixture
def invited(sqlite_factory: SessionFactory) -> dict[str, Actor | str]:
    """Give a fair of a ranked drive whose invitations have all left, with three people signed in."""
    with transaction(sqlite_factory) as session:
        drive = make_ranked_drive(session, graduates=30, postings=14)
        drive.neutral_name = "2026 毕业生就业服务"
        number = drive.id
    rank(sqlite_factory, number)
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        fair = make_fair(
            session, session.get_one(Drive, number), state=FairState.ANNOUNCED,
            title="2026 毕业生招聘会",
        )  # fmt: skip
        make_session(session, fair)
        make_session(session, fair, name="下午场", begins_minute=840, ends_minute=1020)
        hall = make_hall(session, fair)
        postings = session.scalars(sa.select(Posting).order_by(Posting.id)).all()
        coming: dict[int, FairEmployer] = {}
        for posting in postings:
            if posting.employer_id not in coming:
                employer = session.get_one(Employer, posting.employer_id)
                coming[posting.employer_id] = make_fair_employer(session, fair, employer)
                make_booth(session, hall, coming[posting.employer_id])
            make_fair_posting(session, coming[posting.employer_id], posting)
        people = session.scalars(sa.select(Graduate).order_by(Graduate.id)).all()
        for one in people:
            make_consent(session, one, ConsentPurpose.SERVICE)
        union = session.get_one(Union, fair.union_id)
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
        inviting.ask(session, organiser, fair.public_id, everybody=False)
        public_id = fair.public_id
    _run_all(sqlite_factory)
    with transaction(sqlite_factory) as session:
        caseworker = make_actor(session, Role.CASEWORKER, union=union)
        first = session.scalars(sa.select(FairVisitor).order_by(FairVisitor.graduate_id)).first()
        assert first is not None
        me = session.get_one(Graduate, first.graduate_id)
        me.name = "陈小辰"
        make_case(session, me, owner_id=caseworker.account_id)
        return {
            "person": make_actor(session, Role.GRADUATE, graduate=me),
            "organiser": organiser,
            "caseworker": caseworker,
            "fair": public_id,
            "visitor": first.public_id,
            "key": f"fair_visitor:{first.id}:invited",
        }


def _run_all(factory: SessionFactory) -> None:
    """Run both turns of the invitations, whatever the hour is."""
    for name in (inviting.JOB, inviting.REST_JOB):
        with transaction(factory) as session:
            session.execute(sa.update(Job).values(run_after=clock.now()))
            job = session.scalars(sa.select(Job.id).where(Job.name == name)).one()
        assert Runner(factory).run(job) is JobState.DONE
    with transaction(factory) as session:
        round_ = session.scalars(sa.select(FairInvitation)).one()
        round_.all_out_at = clock.now()


def _link(factory: SessionFactory, address: str, key: str) -> str:
    """Return the address in an invitation as the phone gets it, on the served host."""
    with transaction(factory) as session:
        message = session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.unique_key == key)
        ).one()
        message.send_after = message.created_at
        session.flush()
        sent = outbox.take(session, message.id)
    assert sent is not None
    assert sent.secret is not None
    return address + sent.secret[sent.secret.index("/v/") :]


def _shot(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for pictures."""
    folder = os.environ.get("FAIR_SCREENS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_person_answers_by_link_gets_a_ticket_and_chooses_what_booths_read(
    address: str,
    new_page: NewPage,
    open_as: OpenAs,
    invited: dict[str, Actor | str],
    sqlite_factory: SessionFactory,
    width: int,
) -> None:
    phone = new_page(width)
    said = complaints(phone)
    link = _link(sqlite_factory, address, str(invited["key"]))

    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("2026 毕业生招聘会")
    expect(phone.get_by_text("专业符合").first).to_be_visible()
    look(phone)
    _shot(phone, f"h4-link-{width}")
    phone.get_by_label("上午场").check()
    phone.get_by_role("button", name="我会来").click()
    expect(phone.get_by_role("heading", name="入场码")).to_be_visible()
    expect(phone.get_by_text("陈*辰")).to_be_visible()
    look(phone)
    _shot(phone, f"h4-ticket-{width}")

    phone.get_by_label("姓名").check()
    phone.keyboard.press("Tab")
    phone.get_by_role("button", name="保存展位能看到的").click()
    expect(phone.get_by_text("已记下展位能看到什么")).to_be_visible()
    with reading(sqlite_factory) as session:
        found = sa.select(FairVisitor).where(FairVisitor.public_id == invited["visitor"])
        row = session.scalars(found).one()
        assert (row.state, row.shown) == (VisitorState.COMING, ["name"])

    wide = open_as(invited["person"], width)  # type: ignore[arg-type] # an actor
    wide.goto(f"{address}/my-fairs-visits")
    look(wide)
    _shot(wide, f"h4-own-{width}")
    wide.get_by_role("link", name="看入场码和路线").click()
    look(wide)
    _shot(wide, f"h4-visit-{width}")
    wide.get_by_role("button", name="我来不了").click()
    expect(wide.get_by_text("已记下你不来，没有任何影响")).to_be_visible()
    assert said == []


@pytest.mark.parametrize("width", [360, 1280])
def test_organiser_and_caseworker_prepare_people(
    address: str,
    open_as: OpenAs,
    invited: dict[str, Actor | str],
    width: int,
) -> None:
    organiser = open_as(invited["organiser"], width)  # type: ignore[arg-type] # an actor
    organiser.goto(f"{address}/fairs/{invited['fair']}/guests")
    expect(organiser.get_by_text("陈*辰")).to_be_visible()
    look(organiser)
    _shot(organiser, f"h4-guests-{width}")

    caseworker = open_as(invited["caseworker"], width)  # type: ignore[arg-type] # an actor
    caseworker.goto(f"{address}/fairs/{invited['fair']}/my-people")
    look(caseworker)
    _shot(caseworker, f"h4-people-{width}")
    caseworker.get_by_role("link", name="陈小辰").click()
    look(caseworker)
    _shot(caseworker, f"h4-person-{width}")
    caseworker.get_by_label("接通").check()
    caseworker.get_by_label("会来").check()
    caseworker.get_by_label("下午场").check()
    caseworker.get_by_role("button", name="登记通话").click()
    expect(caseworker.get_by_text("已登记：接通")).to_be_visible()
    expect(caseworker.get_by_role("button", name="打印我的人的路线条")).to_be_visible()
