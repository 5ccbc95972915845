"""Factories of money and tuition aid: an office that pays, students at school, lists, entries."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.identity import mask_card
from matcher.kinds import Role
from matcher.kinds.household_facts import SchoolLevel, VisitOutcome
from matcher.kinds.households import FileState
from matcher.kinds.money import EntrySource, Payer
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage
from matcher.models.household_facts import HomeVisit
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import LedgerEntry, PaymentLine, PaymentList
from matcher.models.organisations import Union
from matcher.models.tuition import TuitionApplication
from matcher.services.money import ledger, list_steps, lists
from matcher.services.money.ledger import EntryInput
from matcher.services.money.lists import LineInput, ListInput
from matcher.services.money.people import Person
from matcher.services.permissions import Actor
from matcher.services.tuition import standards
from matcher.services.tuition.standards import StandardInput
from tests.factories.accounts import make_actor
from tests.factories.approvals import Office, make_office
from tests.factories.people import make_household, make_id_number, make_member

SECOND_OR_ABOVE = frozenset({AdmissionBatch.FIRST, AdmissionBatch.MERGED, AdmissionBatch.SECOND})


@dataclass(frozen=True)
class Paying:
    """An office with who makes lists, who approves them, and who sets the city's standard."""

    office: Office
    clerk: Actor
    """Caseworker of the county."""
    approver: Actor
    manager: Actor
    """Drive manager of the city."""


def make_paying(session: Session) -> Paying:
    """Insert the office and its people."""
    office = make_office(session)
    return Paying(
        office=office,
        clerk=make_actor(session, Role.CASEWORKER, union=office.county),
        approver=office.county_approver,
        manager=make_actor(session, Role.DRIVE_MANAGER, union=office.city),
    )


def give_card(session: Session, member: HouseholdMember, number: str = "6222021234567890") -> None:
    """Give a member a card of one's own."""
    member.card_cipher = ring_of(session).encrypt(number, "household_member.card")
    member.card_masked, member.bank_name = mask_card(number), "工商银行"
    session.flush()


def make_student(
    session: Session, union: Union, *, with_card: bool = True, **schooling: object
) -> tuple[Household, HouseholdMember, MemberSchooling]:
    """Insert a file in force with a child at a university inside the region, visited this week."""
    household = make_household(session, union, state=FileState.ACTIVE, unit_name="红星机械厂")
    holder = make_member(session, household, name="王建军", is_holder=True)
    child = make_member(
        session, household, name="王小春", relation="女儿", id_number=make_id_number()
    )
    if with_card:
        give_card(session, child)
    fields: dict[str, object] = {
        "school": "宁夏大学",
        "region_code": "640104",
        "level": SchoolLevel.BACHELOR,
        "entered_on": dt.date(clock.today().year, 9, 1),
        "is_regular_admission": True,
        "entered_at": clock.now(),
    }
    row = MemberSchooling(member_id=child.id, **(fields | schooling))
    visit = HomeVisit(
        household_id=household.id,
        visited_on=clock.today(),
        outcome=VisitOutcome.MET,
        visitors="王主席、李干事",
        application_signed_on=clock.today(),
        application_signer_id=holder.id,
        entered_at=clock.now(),
    )
    session.add_all([row, visit])
    session.flush()
    return household, child, row


def set_standard(session: Session, paying: Paying, **changes: object) -> None:
    """Let the city set the amounts of 2018 from this year on."""
    fields: dict[str, object] = {
        "from_year": clock.today().year,
        "home_region": "640000",
        "batches": SECOND_OR_ABOVE,
        "amounts": {
            (TuitionStage.NEW, SchoolPlace.INSIDE, SchoolLevel.BACHELOR): 400_000,
            (TuitionStage.NEW, SchoolPlace.OUTSIDE, SchoolLevel.BACHELOR): 500_000,
            (TuitionStage.CONTINUING, SchoolPlace.INSIDE, SchoolLevel.BACHELOR): 300_000,
            (TuitionStage.CONTINUING, SchoolPlace.OUTSIDE, SchoolLevel.BACHELOR): 400_000,
        },
        "source": "市工办〔2026〕1 号",
    }
    standards.set_standard(session, paying.manager, StandardInput(**(fields | changes)))  # type: ignore[arg-type]


def make_entry(session: Session, by: Actor, person: Person, **changes: object) -> LedgerEntry:
    """Book 1,000 yuan of tuition aid of this year for somebody."""
    fields: dict[str, object] = {
        "programme": "tuition_aid",
        "union_id": by.union_id,
        "person": person,
        "year": clock.today().year,
        "amount_fen": 100_000,
        "happened_on": clock.today(),
        "source": EntrySource.RECORDED,
    }
    return ledger.book(session, by, EntryInput(**(fields | changes)))  # type: ignore[arg-type]


def make_list(
    session: Session, paying: Paying, members: list[HouseholdMember], amount_fen: int = 400_000
) -> PaymentList:
    """Make a draft of warmth for members with a card."""
    year = clock.today().year
    made = lists.create_list(
        session, paying.clerk, ListInput(programme="warmth", title="送温暖", year=year)
    )
    for member in members:
        line = LineInput(person=Person(member_id=member.id), amount_fen=amount_fen)
        lists.add_line(session, paying.clerk, made.id, line)
    return made


def make_approved_list(
    session: Session, paying: Paying, members: list[HouseholdMember], amount_fen: int = 400_000
) -> PaymentList:
    """Make a list that was sent and approved."""
    made = make_list(session, paying, members, amount_fen)
    list_steps.submit_list(session, paying.clerk, made.id)
    return list_steps.approve_list(session, paying.approver, made.id)


@dataclass(frozen=True)
class MoneyRows:
    """Public ids of one of each row the pages of money and tuition aid show."""

    entry: str
    payment_list: str
    payment_line: str
    application: str
    schooling_id: int


def make_money_rows(
    session: Session, clerk: Actor, household: Household, member: HouseholdMember
) -> MoneyRows:
    """Insert an entry, a list with a line, and an application of a member; no use case in between."""
    year = clock.today().year
    schooling = MemberSchooling(
        member_id=member.id,
        school="宁夏大学",
        region_code="640104",
        level=SchoolLevel.BACHELOR,
        entered_at=clock.now(),
    )
    made = PaymentList(
        payer=Payer.UNION,
        programme="warmth",
        union_id=household.union_id,
        title="送温暖",
        year=year,
        made_at=clock.now(),
    )
    session.add_all([schooling, made])
    session.flush()
    line = PaymentLine(
        list_id=made.id,
        member_id=member.id,
        household_id=household.id,
        purpose="living",
        amount_fen=50_000,
        entered_at=clock.now(),
    )
    application = TuitionApplication(
        household_id=household.id,
        member_id=member.id,
        schooling_id=schooling.id,
        union_id=household.union_id,
        year=year - 1,
        stage=TuitionStage.CONTINUING,
        school="宁夏大学",
        level=SchoolLevel.BACHELOR,
        term_starts_on=dt.date(year - 1, 9, 1),
        entered_at=clock.now(),
    )
    session.add_all([line, application])
    session.flush()
    entry = make_entry(session, clerk, Person(member_id=member.id), programme="warmth")
    return MoneyRows(
        entry.public_id, made.public_id, line.public_id, application.public_id, schooling.id
    )
