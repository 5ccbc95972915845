"""Factories around rights and secrecy: a caseload with an owner, holders, exports as far as they are asked."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import JobState, Role
from matcher.kinds.people_rights import ExportField
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.people_rights import ExportRequest, StoryConsent
from matcher.services.people_rights import export_tables, exports, story_consents
from matcher.services.people_rights.exports import ExportWish
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_household, make_id_number, make_member, make_phone

PURPOSE = "向市总工会报送年度名册"
FIELDS = (ExportField.FILE_NUMBER, ExportField.HOLDER, ExportField.PHONE)


@dataclass
class Caseload:
    """A county with its caseworker, her files and who approves."""

    union: Union
    worker: Actor
    approver: Actor
    officer: Actor
    files: list[Household]
    holders: list[HouseholdMember]


def make_caseload(session: Session, n_files: int = 3, *, city: Union | None = None) -> Caseload:
    """Insert a county of a city with a caseworker who owns some open files."""
    city = city or make_union(session)
    union = make_union(session, city)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    files = [
        make_household(session, union, owner_id=worker.account_id, unit_name="某厂")
        for _ in range(n_files)
    ]
    holders = [
        make_member(
            session,
            household,
            is_holder=True,
            id_number=make_id_number(),
            phone=make_phone(),
        )
        for household in files
    ]
    return Caseload(
        union,
        worker,
        make_actor(session, Role.APPROVER, union=union),
        make_actor(session, Role.PRIVACY_OFFICER, union=city),
        files,
        holders,
    )


def ask_export(session: Session, by: Actor, **changes: object) -> ExportRequest:
    """Ask for an export of everything the actor sees whole."""
    wish: dict[str, object] = {"fields": FIELDS, "purpose": PURPOSE}
    return exports.request_export(session, by, ExportWish(**(wish | changes)))  # type: ignore[arg-type]


def make_ready_export(session: Session, by: Actor, approver: Actor) -> ExportRequest:
    """Ask for an export, let somebody else approve it, and make it."""
    export = ask_export(session, by)
    exports.decide_export(session, approver, export.public_id, is_approved=True)
    asked = sa.select(Job).where(Job.unique_key == f"{exports.MAKE_JOB}:{export.id}")
    session.scalars(asked).one().state = JobState.DONE  # done right here
    made = export_tables.make_table(session, export)
    return export_tables.keep_table(session, export.id, made)


def make_story(session: Session, by: Actor, graduate: Graduate) -> StoryConsent:
    """Record a signed consent of a graduate to one text."""
    story = story_consents.Story("他每天骑车去上班，今年转正了。", media=("区总公众号",))
    paper = story_consents.SignedPaper(f"signed by {graduate.id}".encode(), "application/pdf")
    person: story_consents.Person = ("graduate", graduate.id)
    return story_consents.record_consent(session, by, person, story, paper, clock.today())
