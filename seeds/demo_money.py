"""Money of the demo: a city's standard, tuition aid at every stage, payment lists, outside aid, three years of entries.

All of it by the use cases. The city decides on tuition aid alone for the moment the demo is made, so that some are
approved; then the city's own chain with visit and publicity holds, as a new edition.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import YangguangError
from matcher.kinds.approvals import Decision, StepKind, StepLevel
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import FileState
from matcher.kinds.money import ReversalReason
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import PaymentList
from matcher.policy.chains import ChainStep, default_chain
from matcher.services import sealing
from matcher.services.approvals import chains, steps
from matcher.services.hardship.schoolings import SchoolingInput, record_schooling
from matcher.services.money import ledger, list_steps, lists
from matcher.services.money import paying as marking
from matcher.services.money.ledger import EntryInput, ReversalInput
from matcher.services.money.lists import LineInput, ListInput
from matcher.services.money.people import Person
from matcher.services.permissions import Actor
from matcher.services.tuition import applications, listing, standards
from matcher.services.tuition.applications import CHAIN, ApplicationInput
from matcher.services.tuition.standards import StandardInput

_SOURCE = "演示数据，不是当地公布的文件"
_STUDENTS = 12
_APPLIED, _APPROVED, _LISTED = 9, 6, 3
"""Of the students: how many applied, were approved, stand on a list that is paid."""
_SCHOOLS = (
    ("山东大学", "370102", SchoolLevel.BACHELOR),
    ("滨州学院", "371602", SchoolLevel.BACHELOR),
    ("南京理工大学", "320102", SchoolLevel.BACHELOR),
    ("滨州职业学院", "371602", SchoolLevel.COLLEGE),
)
_YUAN = 100
_AUTUMN, _YEARS = 9, 4
"""Month a school year begins, and years a study takes."""
_REGION = "371600"


@dataclass(frozen=True, slots=True)
class MoneyClerks:
    """Who does it."""

    manager: Actor
    caseworker: Actor
    approver: Actor
    administrator: Actor


def seed_money(factory: SessionFactory, people: MoneyClerks) -> None:
    """Do all of it, each part by itself: what a rule forbids is left out alone."""
    with suppress(YangguangError), transaction(factory) as session:
        _standard(session, people.manager)
    with transaction(factory) as session:
        schoolings = _students(session, people.caseworker)
    with suppress(YangguangError), transaction(factory) as session:
        _applications(session, people, schoolings)
    with suppress(YangguangError), transaction(factory) as session:
        _tuition_list(session, people)
    with suppress(YangguangError), transaction(factory) as session:
        _warmth(session, people)
    with suppress(YangguangError), transaction(factory) as session:
        _earlier_years(session, people.caseworker)


def _standard(session: Session, manager: Actor) -> None:
    """Let the city set amounts nobody published."""
    bachelor = SchoolLevel.BACHELOR
    yuan = {
        (TuitionStage.NEW, SchoolPlace.INSIDE, bachelor): 4000,
        (TuitionStage.NEW, SchoolPlace.OUTSIDE, bachelor): 5000,
        (TuitionStage.CONTINUING, SchoolPlace.INSIDE, bachelor): 3000,
        (TuitionStage.CONTINUING, SchoolPlace.OUTSIDE, bachelor): 4000,
    }
    wish = StandardInput(
        from_year=clock.today().year,
        home_region="370000",
        batches=frozenset({AdmissionBatch.FIRST, AdmissionBatch.MERGED, AdmissionBatch.SECOND}),
        amounts={key: amount * _YUAN for key, amount in yuan.items()},
        source=_SOURCE,
    )
    standards.set_standard(session, manager, wish)


def _children(session: Session, caseworker: Actor) -> list[HouseholdMember]:
    """Return the youngest of the caseworker's families, one a family."""
    found = (
        sa.select(HouseholdMember)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            Household.owner_id == caseworker.account_id,
            Household.state == FileState.ACTIVE,
            HouseholdMember.left_on.is_(None),
            HouseholdMember.is_holder.is_(False),
        )
        .order_by(HouseholdMember.household_id, HouseholdMember.birth_on.desc())
    )
    of_family: dict[int, HouseholdMember] = {}
    for member in session.scalars(found):
        of_family.setdefault(member.household_id, member)
    return list(of_family.values())[:_STUDENTS]


def _students(session: Session, caseworker: Actor) -> list[tuple[int, int]]:
    """Enter schoolings and cards; return household and schooling of each."""
    today, made = clock.today(), []
    for number, child in enumerate(_children(session, caseworker)):
        school, region, level = _SCHOOLS[number % len(_SCHOOLS)]
        entered = _entered(number, today)
        row = record_schooling(
            session,
            caseworker,
            child.household_id,
            child.id,
            SchoolingInput(
                school=school,
                level=level,
                region_code=region,
                entered_on=entered,
                expected_graduation_on=dt.date(entered.year + _YEARS, 7, 1),
                fee_fen=(4500 + 500 * (number % 4)) * _YUAN,
                is_regular_admission=True,
            ),
        )
        if number % 4 != 3:
            sealing.seal_card(session, child, f"62284899{number:011d}")
            child.bank_name = "中国农业银行滨州滨城支行"
        made.append((child.household_id, row.id))
    session.flush()
    return made


def _entered(number: int, today: dt.date) -> dt.date:
    """Return when a student entered: this autumn, a year ago, or so long ago that the last year of study runs."""
    running = today.year if today.month >= _AUTUMN else today.year - 1
    return dt.date((today.year, running - 1, running + 1 - _YEARS)[number % 3], _AUTUMN, 1)


def _applications(
    session: Session, people: MoneyClerks, schoolings: Sequence[tuple[int, int]]
) -> None:
    """Apply for most, send those who fit the standard, approve the first of them."""
    year = clock.today().year
    only_city = ChainStep(StepKind.DECISION, StepLevel.CITY, "approve_files", "approval.decision")
    _set_chain(session, people, [only_city])
    sent = []
    for number, (household_id, schooling_id) in enumerate(schoolings[:_APPLIED]):
        wish = ApplicationInput(
            year=year,
            stage=TuitionStage.NEW if number % 3 == 0 else TuitionStage.CONTINUING,
            batch=AdmissionBatch.COLLEGE if number % 4 == 3 else AdmissionBatch.MERGED,
            term_starts_on=_term(),
            need="收入不足以支付学费。",
        )
        row = applications.apply(session, people.caseworker, household_id, schooling_id, wish)
        if number % 4 != 3:
            sent.append(applications.submit(session, people.caseworker, row.id))
    for approval in sent[:_APPROVED]:
        steps.decide(session, people.approver, approval.id, Decision.PASS)
    _set_chain(session, people, default_chain(CHAIN, _REGION, clock.today()).steps)


def _term() -> dt.date:
    """Return the next first day of term of the school year."""
    today = clock.today()
    autumn = dt.date(today.year, 9, 1)
    return autumn if today < autumn else dt.date(today.year + 1, 3, 1)


def _set_chain(session: Session, people: MoneyClerks, wanted: Sequence[ChainStep]) -> None:
    chains.set_chain(
        session,
        people.administrator,
        CHAIN,
        wanted,
        union_id=people.administrator.union_id or 0,
        source=_SOURCE,
    )


def _tuition_list(session: Session, people: MoneyClerks) -> None:
    """One list that was paid, one that waits for the approver."""
    year = clock.today().year
    first = _list(session, people, "tuition_aid", f"{year} 年金秋助学第一批")
    ready = [
        one.application.id
        for one in listing.list_approved(session, people.caseworker, first)
        if one.has_card
    ]
    listing.put_on_list(session, people.caseworker, first.id, ready[:_LISTED])
    list_steps.submit_list(session, people.caseworker, first.id)
    list_steps.approve_list(session, people.approver, first.id)
    marking.mark_paid(session, people.caseworker, first.id, paid_on=clock.today())
    second = _list(session, people, "tuition_aid", f"{year} 年金秋助学第二批")
    listing.put_on_list(session, people.caseworker, second.id, ready[_LISTED:])
    list_steps.submit_list(session, people.caseworker, second.id)


def _list(session: Session, people: MoneyClerks, programme: str, title: str) -> PaymentList:
    wish = ListInput(programme=programme, title=title, year=clock.today().year)
    return lists.create_list(session, people.caseworker, wish)


def _warmth(session: Session, people: MoneyClerks) -> None:
    """A draft where somebody had the same aid from the civil affairs office, so that a person has to decide."""
    clerk = people.caseworker
    draft = _list(session, people, "warmth", "元旦春节送温暖")
    for number, child in enumerate(_children(session, clerk)[:4]):
        person = Person(member_id=child.id)
        lists.add_line(session, clerk, draft.id, LineInput(person=person, amount_fen=50_000))
        if number == 0:
            aid = _entry(clerk, person, "civil_affairs", 80_000, clock.today().year)
            ledger.record(session, clerk, aid)


def _entry(clerk: Actor, person: Person, programme: str, fen: int, year: int) -> EntryInput:
    today = clock.today()
    day = min(dt.date(year, 8, 25), today) if year < today.year else today
    return EntryInput(
        programme=programme,
        union_id=clerk.union_id or 0,
        person=person,
        year=year,
        amount_fen=fen,
        happened_on=day,
        payer_name="滨城区民政局" if programme == "civil_affairs" else None,
    )


def _earlier_years(session: Session, clerk: Actor) -> None:
    """What was given in the two years before, and one entry that came back."""
    this_year, children = clock.today().year, _children(session, clerk)
    for back, count in ((2, 5), (1, 7)):
        for number, child in enumerate(children[:count]):
            person = Person(member_id=child.id)
            for programme, yuan in (("tuition_aid", 3000), ("union_job_search", 160)):
                if programme == "tuition_aid" or number % 2 == 0:
                    entry = _entry(clerk, person, programme, yuan * _YUAN, this_year - back)
                    made = ledger.record(session, clerk, entry)
            if number == count - 1:
                wish = ReversalInput(reason=ReversalReason.RETURNED)
                ledger.reverse(session, clerk, made.id, wish)
