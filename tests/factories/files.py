"""Inputs of hardship files for tests (困难职工档案): people made up, opened through the use case."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.household_facts import IncomeKind, PaperKind
from matcher.kinds.households import FileState
from matcher.models.household_facts import HouseholdDocument, HouseholdIncome
from matcher.models.households import Household, HouseholdMember
from matcher.services.hardship import files
from matcher.services.hardship.files import FileInput
from matcher.services.hardship.members import MemberInput
from matcher.services.permissions import Actor
from tests.factories.accounts import numbers
from tests.factories.people import make_id_number


def holder(name: str = "王某", **facts: object) -> MemberInput:
    """Return the input of a holder with a made-up number."""
    plain: dict[str, object] = {
        "name": name,
        "relation": "本人",
        "is_holder": True,
        "id_number": make_id_number(born=dt.date(1975, 3, 2)),
    }
    return MemberInput(**(plain | facts))  # type: ignore[arg-type] # names of the input


def child(name: str = "王小", **facts: object) -> MemberInput:
    """Return the input of a child with a made-up number."""
    plain: dict[str, object] = {"name": name, "relation": "子女", "id_number": make_id_number()}
    return MemberInput(**(plain | facts))  # type: ignore[arg-type] # names of the input


def open_draft(
    session: Session, by: Actor, *members: MemberInput, file_number: str | None = None
) -> Household:
    """Open a draft with a holder, or with the members given."""
    facts = FileInput(file_number=file_number or f"D{next(numbers):05d}")
    return files.open_file(session, by, facts, members or (holder(),))


def make_parts(
    session: Session, household: Household, *, year: int = 2025
) -> tuple[HouseholdIncome, HouseholdDocument]:
    """Insert an income and a paper without a scan; plain rows, no use case in between."""
    income = HouseholdIncome(
        household_id=household.id,
        year=year,
        kind=IncomeKind.WAGE,
        amount_fen=3_000_000,
        entered_at=clock.now(),
    )
    paper = HouseholdDocument(
        household_id=household.id, kind=PaperKind.HUKOU_BOOK, entered_at=clock.now()
    )
    session.add_all((income, paper))
    session.flush()
    return income, paper


def close_rows(session: Session, household: Household) -> None:
    """Close a file and free its people; plain rows, no use case in between."""
    people = sa.update(HouseholdMember).where(HouseholdMember.household_id == household.id)
    session.execute(people.values(in_open_file=False))
    household.state, household.is_open, household.closed_on = FileState.EXITED, False, clock.today()
    session.flush()
