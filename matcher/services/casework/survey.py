"""The summer survey (摸底): a round, its households to visit, and who of them is at school or graduates.

A round covers every open file of its union and those below. The lines are made when it opens and each night after,
from the schooling the file keeps, so that a family that came later is asked as well.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.casework import (
    NotNowReason,
    SurveyDestination,
    SurveyStanding,
    SurveyState,
)
from matcher.kinds.households import WorkStatus
from matcher.models.graduates import Graduate
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import UnionClosure
from matcher.models.surveys import SurveyPerson, SurveyRound, SurveyVisit
from matcher.services import audit
from matcher.services.casework.proposals import propose
from matcher.services.hardship.graduate_members import seat_graduates
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, unique_or

SUBJECT = "survey_visit"


def open_round(
    session: Session, by: Actor, year: int, from_on: dt.date, to_on: dt.date
) -> SurveyRound:
    """Open the survey of a year for the actor's union and all below it; one a year."""
    require(by, Permission.SUPERVISE_CASES)
    if to_on < from_on:
        message = "结束日期不能早于开始日期。"
        raise InvalidInputError("survey_input", message, fields={"to_on": message})
    made = SurveyRound(
        union_id=by.union_id,
        year=year,
        from_on=from_on,
        to_on=to_on,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    with unique_or(session, RuleBrokenError("survey_exists", f"{year} 年的摸底已经建立。")):
        session.add(made)
    audit.record(session, by, "survey.opened", subject=("survey_round", made.id), year=year)
    refresh_round(session, made)
    return made


def rounds_in_sight(session: Session, by: Actor) -> list[SurveyRound]:
    """Return the rounds the actor's union takes part in or that lie below it, the newest first."""
    require(by, Permission.VIEW_FILES)
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == by.union_id)
    found = sa.select(SurveyRound).where(
        sa.or_(SurveyRound.union_id.in_(above), SurveyRound.union_id.in_(scope_of(by).unions()))
    )
    taking_part = SurveyRound.union_id.in_(above)
    return list(
        session.scalars(found.order_by(SurveyRound.year.desc(), taking_part.desc(), SurveyRound.id))
    )


def get_round(session: Session, by: Actor, public_id: str) -> SurveyRound:
    """Return a round in sight by its public number."""
    ids = [one.id for one in rounds_in_sight(session, by)]
    found = sa.select(SurveyRound).where(
        SurveyRound.public_id == public_id, SurveyRound.id.in_(ids)
    )
    return first_or_missing(session, found, lock=False)


def refresh_round(session: Session, one: SurveyRound) -> int:
    """Add the households and people the files know and the round does not; return how many people."""
    below = sa.select(UnionClosure.descendant_id).where(UnionClosure.ancestor_id == one.union_id)
    there = sa.select(SurveyVisit.household_id).where(SurveyVisit.round_id == one.id)
    columns = sa.select(
        sa.literal(one.id),
        Household.id,
        Household.union_id,
        sa.literal(SurveyState.TO_VISIT.value),
        sa.literal(clock.now(), SurveyVisit.created_at.type),
    ).where(Household.is_open, Household.union_id.in_(below), Household.id.not_in(there))
    names = ["round_id", "household_id", "union_id", "state", "created_at"]
    session.execute(sa.insert(SurveyVisit).from_select(names, columns))
    seat_graduates(session, below)
    lines = _missing_people(session, one)
    if lines:
        session.execute(sa.insert(SurveyPerson), lines)
    session.flush()
    return len(lines)


def _missing_people(session: Session, one: SurveyRound) -> list[dict[str, object]]:
    """Return lines for the members of the round's households that have none and are asked for."""
    lines: list[dict[str, object]] = []
    for row in session.execute(_unasked_members(one)):
        graduated_on = row.graduates_on or row.expected_on
        standing = standing_of(
            row.work_status,
            graduated_on,
            one.year,
            is_graduate=row.graduate_id is not None or row.expected_on is not None,
        )
        if standing is not None:
            lines.append(
                {
                    "visit_id": row.visit_id,
                    "member_id": row.member_id,
                    "standing": standing,
                    "graduated_on": graduated_on,
                }
            )
    return lines


def _unasked_members(one: SurveyRound) -> sa.Select[Any]:
    asked = (
        sa.select(SurveyPerson.member_id)
        .join(SurveyVisit, SurveyVisit.id == SurveyPerson.visit_id)
        .where(SurveyVisit.round_id == one.id)
    )
    last = (
        sa.select(
            MemberSchooling.member_id,
            sa.func.max(MemberSchooling.expected_graduation_on).label("expected_on"),
        )
        .group_by(MemberSchooling.member_id)
        .subquery()
    )
    return (
        sa.select(
            SurveyVisit.id.label("visit_id"),
            HouseholdMember.id.label("member_id"),
            HouseholdMember.work_status,
            last.c.expected_on,
            Graduate.graduates_on,
            HouseholdMember.graduate_id,
        )
        .join(HouseholdMember, HouseholdMember.household_id == SurveyVisit.household_id)
        .outerjoin(last, last.c.member_id == HouseholdMember.id)
        .outerjoin(Graduate, Graduate.id == HouseholdMember.graduate_id)
        .where(
            SurveyVisit.round_id == one.id,
            HouseholdMember.in_open_file,
            HouseholdMember.id.not_in(asked),
        )
        .order_by(HouseholdMember.id)
    )


def standing_of(
    status: WorkStatus, graduates_on: dt.date | None, year: int, *, is_graduate: bool
) -> SurveyStanding | None:
    """Say what a member is to the survey of a year; None for who is neither at school nor a graduate without work.

    Who graduates in the year counts whatever they do (应届); who did before counts while without work (往届).
    """
    if graduates_on is None:
        if status is WorkStatus.STUDENT:
            return SurveyStanding.IN_SCHOOL
        return SurveyStanding.GRADUATE if is_graduate and not status.is_working else None
    if graduates_on.year > year:
        return SurveyStanding.IN_SCHOOL
    if graduates_on.year == year or not status.is_working:
        return SurveyStanding.GRADUATE
    return None


@dataclass(frozen=True)
class PersonAnswer:
    """What was heard of one child or graduate."""

    needs_aid: bool | None = None
    destination: SurveyDestination | None = None
    reason: NotNowReason | None = None


@dataclass(frozen=True)
class VisitInput:
    """What came of one household."""

    state: SurveyState
    visited_on: dt.date | None = None
    answers: Mapping[int, PersonAnswer] = field(default_factory=dict)
    """By id of the survey's line of the person."""


def record_visit(
    session: Session,
    by: Actor,
    visit_id: int,
    facts: VisitInput,
    *,
    expected_version: int | None = None,
) -> SurveyVisit:
    """Record how far the survey got with a household and what was heard of each person.

    A graduate who needs help is proposed as a case at once.

    Raises
    ------
    InvalidInputError
        暂不就业 without a reason (field `reason_<id>`), or a day to come.
    """
    require(by, Permission.EDIT_FILES)
    visit = get_visit(session, by, visit_id, lock=True)
    expect_version(visit, expected_version)
    _check(facts)
    today = clock.today()
    visit.state = facts.state
    visit.visited_on = None if facts.state is SurveyState.TO_VISIT else facts.visited_on or today
    visit.visited_by_id, visit.entered_at = by.account_id, clock.now()
    people = session.scalars(
        sa.select(SurveyPerson).where(SurveyPerson.visit_id == visit.id).order_by(SurveyPerson.id)
    )
    year = session.get_one(SurveyRound, visit.round_id).year
    for person in people:
        answer = facts.answers.get(person.id)
        if answer is not None:
            _note(session, by, visit, person, answer, year)
    session.flush()
    audit.record(session, by, "survey.visited", subject=(SUBJECT, visit.id), state=facts.state)
    return visit


def get_visit(session: Session, by: Actor, visit_id: int, *, lock: bool = False) -> SurveyVisit:
    """Return a visit whose file the actor sees whole."""
    visit = first_or_missing(
        session, sa.select(SurveyVisit).where(SurveyVisit.id == visit_id), lock=lock
    )
    get_whole(session, by, visit.household_id)
    return visit


def _check(facts: VisitInput) -> None:
    fields = {
        f"reason_{number}": "暂不就业请选一个原因。"
        for number, answer in facts.answers.items()
        if answer.destination is SurveyDestination.NOT_NOW and answer.reason is None
    }
    if facts.visited_on is not None and facts.visited_on > clock.today():
        fields["visited_on"] = "走访日期不能晚于今天。"
    if fields:
        raise InvalidInputError("survey_input", "摸底登记有误，请修改标出的项目。", fields=fields)


def _note(
    session: Session,
    by: Actor,
    visit: SurveyVisit,
    person: SurveyPerson,
    answer: PersonAnswer,
    year: int,
) -> None:
    person.needs_aid = answer.needs_aid
    if person.standing is SurveyStanding.GRADUATE:
        person.destination = answer.destination
        not_now = answer.destination is SurveyDestination.NOT_NOW
        person.reason = answer.reason if not_now else None
    person.entered_at, person.entered_by_id = clock.now(), by.account_id
    if person.destination is not None and person.destination.needs_help:
        propose(session, person.member_id, visit.union_id, year, person.graduated_on)
