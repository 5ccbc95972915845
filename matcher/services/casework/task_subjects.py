"""Whom a task is about (待办的对象): the record behind kind and id, for a row of a list; one query a kind."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from matcher.models.approvals import Approval
from matcher.models.employers import Employer
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.models.follow_ups import CallBack
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.help_requests import HelpRequest, Pairing
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import PaymentList
from matcher.models.organisations import Union
from matcher.models.people_rights import ExportRequest
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.models.reviews import RegisterChange
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.models.training import Course, TrainingReferral
from matcher.models.tuition import TuitionApplication
from matcher.services.permissions import Actor, Permission, require

Pair = tuple[str, int]


@dataclass(frozen=True)
class TaskSubject:
    """A record a task is about.

    Parameters
    ----------
    kind : household, graduate, case, member, request, employer, posting
    public_id : of the page the record has
    name : of the person in full, masked by who shows it; of the unit for employers and postings
    family : name of the holder, for a person inside a household
    number : case or file number, for printed sheets
    record : public number of the record itself, where it only stands for a person (an approval, a pairing)
    """

    kind: str
    id: int
    public_id: str
    name: str
    family: str = ""
    number: str = ""
    is_zero_employment: bool = False
    is_person: bool = True
    record: str = ""


_Found = Iterable[tuple[int, TaskSubject]]


def subjects_of(session: Session, by: Actor, pairs: Iterable[Pair]) -> dict[Pair, TaskSubject]:
    """Return the records of kinds known here; others, and those that are gone, are left out."""
    require(by, Permission.VIEW_FILES)
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, number in pairs:
        wanted[kind].add(number)
    found: dict[Pair, TaskSubject] = {}
    for kind in sorted(wanted):
        load = _LOADERS.get(kind)
        if load is not None:
            found |= {(kind, number): one for number, one in load(session, wanted[kind])}
    return found


def _holder() -> type[HouseholdMember]:
    return aliased(HouseholdMember)


def _households(session: Session, ids: set[int]) -> _Found:
    holder = _holder()
    rows = session.execute(
        sa.select(
            Household.id,
            Household.public_id,
            Household.file_number,
            Household.is_zero_employment,
            sa.func.min(holder.name).label("name"),
        )
        .outerjoin(holder, sa.and_(holder.household_id == Household.id, holder.is_holder))
        .where(Household.id.in_(ids))
        .group_by(
            Household.id, Household.public_id, Household.file_number, Household.is_zero_employment
        )
        .order_by(Household.id)
    )
    for row in rows:
        yield (
            row.id,
            TaskSubject(
                "household",
                row.id,
                row.public_id,
                row.name or "",
                number=row.file_number,
                is_zero_employment=row.is_zero_employment,
            ),
        )


def _cases(session: Session, ids: set[int]) -> _Found:
    rows = session.execute(
        _people()
        .add_columns(GraduateCase.id.label("case_id"), GraduateCase.public_id.label("case_public"))
        .join(GraduateCase, GraduateCase.graduate_id == Graduate.id)
        .where(GraduateCase.id.in_(ids))
        .order_by(GraduateCase.id)
    )
    for row in rows:
        yield row.case_id, _person("case", row.case_id, row.case_public, row)


def _graduates(session: Session, ids: set[int]) -> _Found:
    rows = session.execute(_people().where(Graduate.id.in_(ids)).order_by(Graduate.id))
    for row in rows:
        yield row.id, _person("graduate", row.id, row.public_id, row)


def _people() -> sa.Select[*tuple[Any, ...]]:
    """Select graduates with the head of their household."""
    holder = _holder()
    named = (
        sa.select(sa.func.min(holder.name))
        .where(holder.household_id == Graduate.household_id, holder.is_holder)
        .scalar_subquery()
    )
    return sa.select(
        Graduate.id,
        Graduate.public_id,
        Graduate.name,
        named.label("family"),
        Household.file_number,
        Household.is_zero_employment,
    ).outerjoin(Household, Household.id == Graduate.household_id)


def _person(kind: str, number: int, public_id: str, row: sa.Row[*tuple[Any, ...]]) -> TaskSubject:
    return TaskSubject(
        kind,
        number,
        public_id,
        row.name,
        family=row.family or "",
        number=row.file_number or "",
        is_zero_employment=bool(row.is_zero_employment),
    )


def _members(session: Session, ids: set[int]) -> _Found:
    rows = session.execute(
        sa.select(
            HouseholdMember.id,
            HouseholdMember.name,
            Household.public_id,
            Household.file_number,
            Household.is_zero_employment,
        )
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.id.in_(ids))
        .order_by(HouseholdMember.id)
    )
    for row in rows:
        yield (
            row.id,
            TaskSubject(
                "member",
                row.id,
                row.public_id,
                row.name,
                number=row.file_number,
                is_zero_employment=row.is_zero_employment,
            ),
        )


def _requests(session: Session, ids: set[int]) -> _Found:
    rows = session.execute(
        sa.select(HelpRequest.id, HelpRequest.public_id, HelpRequest.person_name)
        .where(HelpRequest.id.in_(ids))
        .order_by(HelpRequest.id)
    )
    for row in rows:
        yield row.id, TaskSubject("request", row.id, row.public_id, row.person_name or "")


def _things(
    model: type[Any],
    kind: str,
    words: InstrumentedAttribute[str],
    *,
    public: sa.ColumnElement[str] | None = None,
) -> Callable[[Session, set[int]], _Found]:
    """Return a loader of records that are no people, by title or name; without `public` by their public id."""

    def load(session: Session, ids: set[int]) -> _Found:
        shown = model.public_id if public is None else public
        found = sa.select(model.id, shown, words).where(model.id.in_(ids)).order_by(model.id)
        for number, public_id, title in session.execute(found):
            yield number, TaskSubject(kind, number, public_id, title, is_person=False)

    return load


def _through(
    model: type[Any],
    key: InstrumentedAttribute[int] | sa.ScalarSelect[int | None],
    kind: str,
    *chosen: sa.ColumnElement[bool],
) -> Callable[[Session, set[int]], _Found]:
    """Return a loader of records that stand for a household or a graduate: their person, under their own id."""

    def load(session: Session, ids: set[int]) -> _Found:
        found = sa.select(model.id, key, model.public_id).where(model.id.in_(ids), *chosen)
        rows = session.execute(found.order_by(model.id)).all()
        people = dict(_LOADERS[kind](session, {row[1] for row in rows}))
        for number, person, public_id in rows:
            if person in people:
                yield number, replace(people[person], record=public_id)

    return load


def _sheets(session: Session, numbers: set[int]) -> _Found:
    found = (
        sa.select(Sheet.id, Sheet.public_id, ReportPeriod.name, Union.name)
        .join(ReportPeriod, ReportPeriod.id == Sheet.period_id)
        .join(Union, Union.id == Sheet.union_id)
        .where(Sheet.id.in_(numbers))
    )
    for number, public_id, period, union in session.execute(found.order_by(Sheet.id)):
        words = f"{union}，{period}"
        yield number, TaskSubject("sheet", number, public_id, words, is_person=False)


def _approvals(session: Session, ids: set[int]) -> _Found:
    """Return the households approvals are about: by themselves, or by their student's tuition aid."""
    is_aid = Approval.subject_kind == "tuition_application"
    found = (
        sa.select(
            Approval.id,
            sa.func.coalesce(TuitionApplication.household_id, Approval.subject_id).label("family"),
            Approval.public_id,
        )
        .outerjoin(
            TuitionApplication, sa.and_(is_aid, TuitionApplication.id == Approval.subject_id)
        )
        .where(Approval.id.in_(ids), sa.or_(is_aid, Approval.subject_kind == "household"))
    )
    rows = session.execute(found.order_by(Approval.id)).all()
    people = dict(_households(session, {row.family for row in rows}))
    for row in rows:
        if row.family in people:
            yield row.id, replace(people[row.family], record=row.public_id)


_VISITOR_OF_FOLLOW = (
    sa.select(FairVisitor.graduate_id)
    .where(FairVisitor.id == FairFollow.visitor_id)
    .scalar_subquery()
)

_LOADERS: dict[str, Callable[[Session, set[int]], _Found]] = {
    "household": _households,
    "case": _cases,
    "graduate_case": _cases,
    "graduate": _graduates,
    "member": _members,
    "help_request": _requests,
    "employer": _things(Employer, "employer", Employer.name, public=sa.cast(Employer.id, sa.Text)),
    "posting": _things(Posting, "posting", Posting.title),
    "export_request": _things(ExportRequest, "export", ExportRequest.purpose),
    "approval": _approvals,
    "register_change": _through(RegisterChange, RegisterChange.household_id, "household"),
    "pairing": _through(Pairing, Pairing.graduate_id, "graduate"),
    "call_back": _through(CallBack, CallBack.graduate_id, "graduate"),
    "referral": _through(Referral, Referral.graduate_id, "graduate"),
    "placement": _through(Placement, Placement.graduate_id, "graduate"),
    "training_referral": _through(TrainingReferral, TrainingReferral.graduate_id, "graduate"),
    "course": _things(Course, "course", Course.title),
    "tuition_application": _through(
        TuitionApplication, TuitionApplication.household_id, "household"
    ),
    "payment_list": _things(PaymentList, "payment_list", PaymentList.title),
    "sheet": _sheets,
    "fair": _things(Fair, "fair", Fair.title),
    "fair_follow": _through(FairFollow, _VISITOR_OF_FOLLOW, "graduate"),
}
