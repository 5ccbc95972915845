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

from matcher.db.engine import SessionFactory, make_engine, reading, transaction
from matcher.db.engine import session_factory as make_session_factory
from matcher.keys import make_ring
from matcher.kinds import ImportKind, JobQueue, JobState, Role, SeatClass
from matcher.models.accounts import Account, SignInSession
from matcher.models.ranking_runs import RankingRun
from matcher.services import files, jobs, sign_in
from matcher.services.calendar import seed_calendar_days
from matcher.services.consents import seed_consent_texts
from matcher.services.files import FilePurpose
from matcher.services.imports import batches
from matcher.services.people_rights import rights
from matcher.services.permissions import Actor
from matcher.settings import load_settings
from tests.factories.accounts import make_union, numbers
from tests.factories.approvals import ApprovalRows, make_approval_rows
from tests.factories.assessments import make_assessment, make_exit, make_line
from tests.factories.cases import CaseRows, make_case_rows
from tests.factories.cohorts import make_event, make_mark
from tests.factories.day import DayRows, make_day_rows
from tests.factories.drives import make_drive
from tests.factories.entitlements import make_application_row
from tests.factories.fair_rows import FairRows, make_fair_rows
from tests.factories.files import make_parts
from tests.factories.follow_ups import FollowUpRows, make_follow_up_rows
from tests.factories.interviews import InterviewRows, make_interview_rows
from tests.factories.joins import JoinRows, make_join_rows
from tests.factories.money import MoneyRows, make_money_rows
from tests.factories.people_rights import make_ready_export, make_story
from tests.factories.placements import PlacementRows, make_placement_rows
from tests.factories.plan_rows import add_pin, make_plan_rows
from tests.factories.postings import make_employer, make_posting
from tests.factories.published_sheets import PublishedRow, make_published_row
from tests.factories.ranked_drives import rank
from tests.factories.referrals import make_referral
from tests.factories.sheet_rows import SheetRows, make_sheet_rows
from tests.factories.sheet_templates import make_sheet_file, make_template
from tests.factories.training_rows import TrainingRows, make_training_rows
from tests.factories.zero_employment import FamilyRows, make_family_rows
from tests.support.databases import _OUR_VARIABLES, _copy
from tests.support.pages import PageClient
from tests.web.house_rows import (
    make_actors,
    make_answer_token,
    make_people,
    make_study,
    make_term,
    make_token,
)
from web.app import create_app
from web.auth import COOKIE
from workers import live, outbox, ranking

BODIES = (live, outbox, ranking)
"""Modules whose import registers the bodies that are run while the house is furnished."""


@dataclass
class Place:
    """One union with its rows: what stands in addresses, and who acts there."""

    union_id: int
    drive_id: int
    drive: str
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
    referral: str
    placements: PlacementRows
    interviews: InterviewRows
    follow_ups: FollowUpRows
    training: TrainingRows
    answer_token: str
    event: str
    money: MoneyRows
    mark_id: int
    entitlement: str
    sheet_template: str
    sheet_file: str
    sheets: SheetRows
    published: PublishedRow
    fairs: FairRows
    run: str = ""
    study: str = ""
    plan: str = ""
    pin_id: int = 0

    def marks(self) -> set[str]:
        """Return texts that stand on no page of anybody who has nothing to do with this union."""
        named = {self.graduate, self.posting, self.batch, self.file, self.job, self.account}
        rows = self.approvals
        named |= {rows.approval, rows.notice, rows.review, rows.change, rows.comparison}
        return named | {self.household, self.export, self.rights, self.story, self.fairs.fair}


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
    graduate, household, member = make_people(session, union, drive)
    income, paper = make_parts(session, household)
    actors = make_actors(session, union, employer, graduate, member)
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
        drive=drive.public_id,
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
        referral=make_referral(session, made[0], graduate).public_id,
        placements=make_placement_rows(session, graduate),
        follow_ups=make_follow_up_rows(session, union, made[0]),
        training=make_training_rows(session, union, actors[Role.CASEWORKER], employer, graduate),
        interviews=make_interview_rows(session, make_referral(session, made[1], graduate)),
        answer_token=make_answer_token(session, employer.id),
        event=make_event(session, union, drive).public_id,
        money=make_money_rows(session, actors[Role.CASEWORKER], household, member),
        mark_id=make_mark(session, employer).id,
        entitlement=make_application_row(session, graduate, actors[Role.CASEWORKER]),
        sheet_template=make_template(session, actors[Role.DRIVE_MANAGER]).public_id,
        sheet_file=make_sheet_file(session, actors[Role.DRIVE_MANAGER], drive).public_id,
        sheets=make_sheet_rows(session, drive),
        published=make_published_row(session, drive),
        fairs=make_fair_rows(session, drive, employer, made[2], graduate),
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
        with transaction(factory) as session:
            place.study = make_study(session, place.drive_id)
            plan = make_plan_rows(session, place.drive_id, n_without=0)
            place.plan = plan.public_id
            place.pin_id = add_pin(session, place.drive_id, place.graduate_id, place.posting_id).id
    app = create_app(factory.kw["info"]["settings"], factory=factory)
    app.testing = True
    app.test_client_class = PageClient
    return House(app, factory, own, other)
