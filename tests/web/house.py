"""Two unions that have nothing to do with one another, each with one of everything the pages can show.

Made once for a module of tests: what they do must not change rows, or each test makes a house of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, make_engine, reading, transaction
from matcher.db.engine import session_factory as make_session_factory
from matcher.keys import make_ring
from matcher.kinds import HardshipTier, ImportKind, JobQueue, JobState, Role, SeatClass
from matcher.models.accounts import Account, ApiToken, Membership, SignInSession
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.ranking_runs import RankingRun
from matcher.models.readings import RequirementTerm
from matcher.services import api_tokens, files, jobs, sign_in, sign_in_sessions
from matcher.services.calendar import seed_calendar_days
from matcher.services.consents import seed_consent_texts
from matcher.services.files import FilePurpose
from matcher.services.imports import batches
from matcher.services.people_rights import rights
from matcher.services.permissions import Actor
from matcher.services.requirement_rules import issuer_key
from matcher.settings import load_settings
from matcher.vocabulary.requirements import Meaning
from tests.factories.accounts import make_actor, make_union, numbers
from tests.factories.approvals import ApprovalRows, make_approval_rows
from tests.factories.assessments import make_assessment, make_exit, make_line
from tests.factories.cases import CaseRows, make_case_rows
from tests.factories.day import DayRows, make_day_rows
from tests.factories.drives import make_drive, make_entry
from tests.factories.files import make_parts
from tests.factories.joins import JoinRows, make_join_rows
from tests.factories.people import (
    make_graduate,
    make_household,
    make_id_number,
    make_member,
    make_phone,
)
from tests.factories.people_rights import make_ready_export, make_story
from tests.factories.postings import make_employer, make_posting
from tests.factories.ranked_drives import rank
from tests.factories.zero_employment import FamilyRows, make_family_rows
from tests.support.databases import _OUR_VARIABLES, _copy
from tests.support.pages import PageClient
from web.app import create_app
from web.auth import COOKIE

_OWN_PLACE = (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER)
UNION_ROLES = tuple(role for role in Role if role not in _OWN_PLACE)


@dataclass
class Place:
    """One union with its rows: what stands in addresses, and who acts there."""

    union_id: int
    drive_id: int
    employer_id: int
    graduate: str
    graduate_id: int
    household_id: int
    household: str
    member_id: int
    income_id: int
    paper: str
    export: str
    rights: str
    story: str
    assessment: str
    household_exit: str
    family: FamilyRows
    line: str
    posting: str
    posting_id: int
    batch: str
    batch_id: int
    file: str
    job: str
    account: str
    session_id: int
    token_id: int
    term_id: int
    actors: dict[Role, Actor]
    cases: CaseRows
    approvals: ApprovalRows
    joins: JoinRows
    day: DayRows
    run: str = ""

    def marks(self) -> set[str]:
        """Return texts that stand on no page of anybody who has nothing to do with this union."""
        named = {self.graduate, self.posting, self.batch, self.file, self.job, self.account}
        rows = self.approvals
        named |= {rows.approval, rows.notice, rows.review, rows.change, rows.comparison}
        return named | {self.household, self.export, self.rights, self.story}


@dataclass
class House:
    """The application with its two unions."""

    app: APIFlask
    factory: SessionFactory
    own: Place
    other: Place

    def client(self, actor: Actor | None) -> PageClient:
        """Return a client that is signed in as an actor, or nobody."""
        client = cast(PageClient, self.app.test_client())
        if actor is not None:
            assert actor.account_id is not None
            with transaction(self.factory) as session:
                token = sign_in.open_session(session, actor.account_id)
            client.set_cookie(COOKIE, token)
        return client

    def bearer(self, actor: Actor) -> dict[str, str]:
        """Return the header of a program that bears a token of an actor's role, allowed to or not."""
        token = f"token-{next(numbers)}"
        with transaction(self.factory) as session:
            make_token(session, actor, token)
        return {"Authorization": f"Bearer {token}"}


def make_token(session: Session, actor: Actor, token: str) -> ApiToken:
    """Insert a token of an actor's role, whether the role may have one or not."""
    membership = session.scalars(
        sa.select(Membership).where(Membership.account_id == actor.account_id)
    ).one()
    row = ApiToken(
        token_hash=sign_in_sessions.token_hash(token),
        membership_id=membership.id,
        name="x",
        created_at=clock.now(),
        expires_at=clock.now() + api_tokens.LIFE,
    )
    session.add(row)
    session.flush()
    return row


def make_term(session: Session, union: Union, *, issuer: str) -> RequirementTerm:
    """Insert an entry of an issuer's alias list."""
    row = RequirementTerm(
        union_id=union.id,
        issuer_key=issuer_key(issuer, None),
        issuer_name=issuer,
        words="账房类",
        meaning=Meaning.NODE,
        target="national:120203",
        valid_from=clock.today(),
        reason="问过",
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _actors(
    session: Session, union: Union, employer: Employer, own: Graduate, holder: HouseholdMember
) -> dict[Role, Actor]:
    actors = {role: make_actor(session, role, union=union) for role in UNION_ROLES}
    actors[Role.HOLDER] = make_actor(session, Role.HOLDER, member=holder)
    actors[Role.EMPLOYER] = make_actor(session, Role.EMPLOYER, employer=employer)
    actors[Role.GRADUATE] = make_actor(session, Role.GRADUATE, graduate=own)
    reviewer = session.get_one(Account, actors[Role.REVIEWER].account_id)
    reviewer.totp_cipher = b"\0"  # present: pages do not ask to set it up
    return actors


def _people(
    session: Session, union: Union, drive: Drive
) -> tuple[Graduate, Household, HouseholdMember]:
    """Make ten graduates, each second one of a household; return one of those with its household."""
    kept = None
    for number in range(10):
        household = None
        if number % 2 == 0:
            tier = (HardshipTier.DEEP, HardshipTier.RELATIVE)[number % 4 // 2]
            household = make_household(session, union, tier=tier, zero_employment=number % 4 == 0)
            member = make_member(
                session, household, is_holder=True, id_number=make_id_number(), phone=make_phone()
            )
        graduate = make_graduate(session, union, household=household, about="做过账务处理")
        make_entry(session, drive, graduate)
        if kept is None and household is not None:
            kept = (graduate, household, member)
    assert kept is not None
    return kept


def make_place(session: Session) -> Place:
    """Insert a union with one of everything; the drive is not ranked yet."""
    union = make_union(session)
    drive = make_drive(session, union)
    employer = make_employer(session, union)
    made = [
        make_posting(
            session,
            drive,
            employer,
            headcount=3,
            reserved={SeatClass.HARDSHIP: 1, SeatClass.ZERO_EMPLOYMENT: 1} if n < 2 else None,
        )
        for n in range(4)
    ]
    graduate, household, member = _people(session, union, drive)
    income, paper = make_parts(session, household)
    actors = _actors(session, union, employer, graduate, member)
    manager = actors[Role.DRIVE_MANAGER]
    stored = files.put_file(
        session,
        manager,
        f"姓名,{next(numbers)}\n".encode(),
        purpose=FilePurpose.UPLOAD,
        file_name="graduates.csv",
        media_type="text/csv",
    )
    batch = batches.create_batch(
        session,
        manager,
        ImportKind.GRADUATES,
        drive_id=drive.id,
        file_name="graduates.csv",
        file_sha256=stored.sha256,
        file_id=stored.id,
    )
    job = jobs.enqueue(session, "test.job", {}, queue=JobQueue.BATCH, union_id=union.id)
    job.state = JobState.DONE
    account = session.get_one(Account, actors[Role.CASEWORKER].account_id)
    session.flush()
    sign_in.open_session(session, account.id)
    opened = session.scalars(
        sa.select(SignInSession.id).where(SignInSession.account_id == account.id)
    ).one()
    return Place(
        union_id=union.id,
        drive_id=drive.id,
        employer_id=employer.id,
        graduate=graduate.public_id,
        graduate_id=graduate.id,
        household_id=household.id,
        household=household.public_id,
        member_id=member.id,
        income_id=income.id,
        paper=paper.public_id,
        export=make_ready_export(session, manager, actors[Role.APPROVER]).public_id,
        rights=rights.ask_own(
            session, actors[Role.GRADUATE], kind="copy", words="请给我一份"
        ).public_id,
        assessment=make_assessment(session, household).public_id,
        joins=make_join_rows(session, household, graduate),
        day=make_day_rows(session, actors[Role.CASEWORKER], graduate),
        household_exit=make_exit(session, household).public_id,
        family=make_family_rows(session, household, member),
        line=make_line(session, union.id).public_id,
        story=make_story(session, actors[Role.CASEWORKER], graduate).public_id,
        posting=made[0].public_id,
        posting_id=made[0].id,
        batch=batch.public_id,
        batch_id=batch.id,
        file=stored.public_id,
        job=job.public_id,
        account=account.public_id,
        session_id=opened,
        token_id=make_token(session, manager, f"kept-{next(numbers)}").id,
        term_id=make_term(session, union, issuer="甲市人社局").id,
        actors=actors,
        approvals=make_approval_rows(session, household, actors[Role.CASEWORKER]),
        cases=make_case_rows(
            session, actors[Role.CASEWORKER], actors[Role.HELPER], graduate, household
        ),
    )


@contextmanager
def open_house(template: Path, folder: Path) -> Iterator[House]:
    """Give a house on a SQLite file of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _OUR_VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv("YANGGUANG_DATA", str(folder / "data"))
        settings = load_settings()
        settings.prepare()
        engine = make_engine(_copy(template, folder))
        factory = make_session_factory(engine, make_ring(settings.keys), settings)
        yield _furnished(factory)
        engine.dispose()


def _furnished(factory: SessionFactory) -> House:
    with transaction(factory) as session:
        seed_calendar_days(session)
        seed_consent_texts(session)
        own, other = make_place(session), make_place(session)
    for place in (own, other):
        run_id = rank(factory, place.drive_id)
        with reading(factory) as session:
            place.run = session.get_one(RankingRun, run_id).public_id
    app = create_app(factory.kw["info"]["settings"], factory=factory)
    app.testing = True
    app.test_client_class = PageClient
    return House(app, factory, own, other)
