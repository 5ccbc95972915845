"""Answers how the seats were filled (席位结果): by the employer, by its link, or by staff on the telephone.

The employer says how many seats went which way; it is never told, and never says, which seat was kept for whom.
People known to have been hired are put to the outcomes "by a referred person", as far as they go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import TaskState
from matcher.kinds.follow_ups import SeatOutcomeKind, SeatSurveyState
from matcher.kinds.referrals import SETTLED
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.follow_ups import SeatOutcome, SeatSurvey
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services import audit, tasks
from matcher.services.follow_ups.seat_surveys import ANSWER_RULE
from matcher.services.follow_ups.sight import (
    SURVEY,
    find_survey,
    require_answerer,
    surveys_in_sight,
)
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.stepping import via_of
from matcher.services.rows import expect_version


def answer_seats(
    session: Session,
    by: Actor,
    public_id: str,
    counts: Mapping[SeatOutcomeKind, int],
    *,
    expected_version: int | None = None,
) -> SeatSurvey:
    """Record how many seats went which way; staff may correct what was said before.

    Raises
    ------
    InvalidInputError
        The numbers do not make up the seats of the posting.
    RuleBrokenError
        The employer answered before.
    """
    require_answerer(by)
    survey = find_survey(session, by, public_id, lock=True)
    expect_version(survey, expected_version)
    if survey.state is SeatSurveyState.ANSWERED and by.employer_id is not None:
        raise RuleBrokenError("seats_answered", "这个岗位的招满情况已经答复；要更正请联系工会。")
    _check(survey, counts)
    session.execute(sa.delete(SeatOutcome).where(SeatOutcome.survey_id == survey.id))
    session.add_all(_outcomes(session, survey, counts))
    survey.state, survey.via = SeatSurveyState.ANSWERED, via_of(by)
    survey.answered_at, survey.answered_by_id = clock.now(), by.account_id
    standing = tasks.find_open_task(session, ANSWER_RULE, ("posting", survey.posting_id))
    if standing is not None:
        tasks.close_task(session, standing.id, TaskState.DONE, by_account_id=by.account_id)
    told = {kind.value: counts.get(kind, 0) for kind in SeatOutcomeKind}
    audit.record(session, by, "seat_survey.answered", subject=(SURVEY, survey.id), **told)
    session.flush()
    return survey


def _check(survey: SeatSurvey, counts: Mapping[SeatOutcomeKind, int]) -> None:
    fields = {kind.value: "请填 0 或正数。" for kind, number in counts.items() if number < 0}
    told = sum(counts.values())
    if not fields and told != survey.seats:
        fields["referred"] = f"四项加起来应是 {survey.seats} 个名额，现在是 {told} 个。"
    if fields:
        raise InvalidInputError("seats_input", "数目对不上，请修改标出的项目。", fields=fields)


def _outcomes(
    session: Session, survey: SeatSurvey, counts: Mapping[SeatOutcomeKind, int]
) -> list[SeatOutcome]:
    known_ones = sa.select(Referral.id).where(Referral.posting_id == survey.posting_id, _holding())
    hired = list(session.scalars(known_ones.order_by(Referral.id)))
    listed = [kind for kind in SeatOutcomeKind for _ in range(counts.get(kind, 0))]
    outcomes = []
    for number, kind in enumerate(listed, start=1):
        known = hired.pop(0) if kind is SeatOutcomeKind.REFERRED and hired else None
        outcomes.append(
            SeatOutcome(survey_id=survey.id, number=number, outcome=kind, referral_id=known)
        )
    return outcomes


def _holding() -> sa.ColumnElement[bool]:
    """Return the condition on `Referral` for people known to have a seat."""
    return sa.and_(Referral.state.in_(sorted(SETTLED)), Referral.left_on.is_(None))


@dataclass(frozen=True)
class SurveyLine:
    """A question with its posting and what was answered; `hired` counts the referred people known to have a seat."""

    survey: SeatSurvey
    title: str
    posting_public_id: str
    employer: str
    hired: int
    counts: dict[SeatOutcomeKind, int]


@dataclass(frozen=True)
class SurveyChoice:
    """Which questions are meant: of a drive, with seats that went one way; None is all."""

    drive_id: int | None = None
    outcome: SeatOutcomeKind | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions on `SeatSurvey`."""
        wanted: list[sa.ColumnElement[bool]] = []
        if self.drive_id is not None:
            of_drive = sa.select(Posting.id).where(Posting.drive_id == self.drive_id)
            wanted.append(SeatSurvey.posting_id.in_(of_drive))
        if self.outcome is not None:
            went = sa.select(SeatOutcome.survey_id).where(SeatOutcome.outcome == self.outcome)
            wanted.append(SeatSurvey.id.in_(went))
        return wanted


_ALL = SurveyChoice()


def list_surveys(
    session: Session,
    by: Actor,
    *,
    is_open: bool | None = True,
    among: SurveyChoice = _ALL,
    limit: int = 50,
    offset: int = 0,
) -> list[SurveyLine]:
    """Return the questions an actor sees, those to be answered first; three queries."""
    kept = [surveys_in_sight(by), SeatSurvey.state != SeatSurveyState.WAITING, *among.conditions()]
    if is_open is not None:
        wanted = SeatSurveyState.ASKED if is_open else SeatSurveyState.ANSWERED
        kept.append(SeatSurvey.state == wanted)
    return _lines(session, kept, limit, offset)


def count_surveys(
    session: Session, by: Actor, *, is_open: bool = True, among: SurveyChoice = _ALL
) -> int:
    """Count the questions that wait for an answer, or have one."""
    state = SeatSurveyState.ASKED if is_open else SeatSurveyState.ANSWERED
    found = sa.select(sa.func.count(SeatSurvey.id)).where(
        surveys_in_sight(by), SeatSurvey.state == state, *among.conditions()
    )
    return session.scalar(found) or 0


def surveyed_drives(session: Session, by: Actor) -> list[Drive]:
    """Return the drives with questions an actor sees, the newest first."""
    asked = (
        sa.select(Posting.drive_id)
        .join(SeatSurvey, SeatSurvey.posting_id == Posting.id)
        .where(surveys_in_sight(by), SeatSurvey.state != SeatSurveyState.WAITING)
    )
    found = sa.select(Drive).where(Drive.id.in_(asked))
    return list(session.scalars(found.order_by(Drive.opens_on.desc(), Drive.id.desc())))


def read_survey(session: Session, by: Actor, public_id: str) -> SurveyLine:
    """Return one question an actor sees."""
    survey = find_survey(session, by, public_id)
    return _lines(session, [SeatSurvey.id == survey.id], 1, 0)[0]


def _lines(
    session: Session, kept: Sequence[sa.ColumnElement[bool]], limit: int, offset: int
) -> list[SurveyLine]:
    hired = (
        sa.select(sa.func.count(Referral.id))
        .where(Referral.posting_id == SeatSurvey.posting_id, _holding())
        .scalar_subquery()
    )
    found = (
        sa.select(SeatSurvey, Posting.title, Posting.public_id, Employer.name, hired)
        .join(Posting, Posting.id == SeatSurvey.posting_id)
        .join(Employer, Employer.id == SeatSurvey.employer_id)
        .where(*kept)
        .order_by(SeatSurvey.state, SeatSurvey.due_on, SeatSurvey.id)
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(found).all()
    counts = _counts(session, [row[0].id for row in rows])
    return [
        SurveyLine(survey, title, public_id, employer, known, counts.get(survey.id, {}))
        for survey, title, public_id, employer, known in rows
    ]


def _counts(session: Session, ids: Sequence[int]) -> dict[int, dict[SeatOutcomeKind, int]]:
    found = (
        sa.select(SeatOutcome.survey_id, SeatOutcome.outcome, sa.func.count())
        .where(SeatOutcome.survey_id.in_(ids))
        .group_by(SeatOutcome.survey_id, SeatOutcome.outcome)
    )
    counts: dict[int, dict[SeatOutcomeKind, int]] = {}
    for survey_id, outcome, number in session.execute(found):
        counts.setdefault(survey_id, {})[outcome] = number
    return counts


def totals(session: Session, by: Actor, drive_id: int | None = None) -> dict[SeatOutcomeKind, int]:
    """Return how the seats of closed postings were filled, of a drive or of all."""
    require(by, Permission.VIEW_REFERRALS)
    found = (
        sa.select(SeatOutcome.outcome, sa.func.count())
        .join(SeatSurvey, SeatSurvey.id == SeatOutcome.survey_id)
        .where(surveys_in_sight(by), *SurveyChoice(drive_id).conditions())
        .group_by(SeatOutcome.outcome)
    )
    told = {row[0]: row[1] for row in session.execute(found)}
    return {kind: told.get(kind, 0) for kind in SeatOutcomeKind}
