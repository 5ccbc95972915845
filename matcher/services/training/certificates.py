"""Certificates (证书) and the training subsidy (培训补贴), which is claimed after the certificate and never before.

The number is closed, and equal numbers are known by their keyed hash: one paper never certifies two people. The
certificate's name comes onto the person's profile, so that the match sees it at once.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.money import EntrySource
from matcher.kinds.training import CertificateKind, TradeLevel, TrainingState
from matcher.models.graduates import Graduate
from matcher.models.training import Course, TrainingReferral
from matcher.models.training_records import TrainingCertificate, TrainingSubsidy
from matcher.policy.limits import get_limit
from matcher.services import audit, ranking_changes
from matcher.services.money import ledger
from matcher.services.money.ledger import EntryInput
from matcher.services.money.people import Person
from matcher.services.permissions import Actor
from matcher.services.rows import touch, unique_or
from matcher.services.training.sight import (
    SUBJECT,
    lock_referral,
    require_provider_side,
    require_staff,
)
from matcher.services.training.stepping import begin, note, step, via_of, wrong_step

NUMBER = "training_certificate.number"
SUBSIDY_LIMIT = "training.subsidy_fen"
SUBSIDY_PROGRAMME = "union_training"
_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class CertificateInput:
    """What stands on a certificate; name and kind are the course's if None."""

    number: str
    issued_on: dt.date
    kind: CertificateKind | None = None
    name: str | None = None
    level: TradeLevel | None = None


def certify(
    session: Session,
    by: Actor,
    referral_id: int,
    paper: CertificateInput,
    *,
    expected_version: int | None = None,
) -> TrainingCertificate:
    """Record the certificate somebody got, be it after the job; it comes onto the profile, and the match sees it.

    Raises
    ------
    RuleBrokenError
        The course gives none, the person has not finished, or the number is on another's certificate.
    """
    require_provider_side(by)
    course, referral = begin(session, by, referral_id, expected_version=expected_version)
    number = "".join(paper.number.split()).upper()
    _check(paper, number, course, referral)
    _take_step(session, by, course, referral)
    ring = ring_of(session)
    row = TrainingCertificate(
        referral_id=referral.id,
        kind=paper.kind or course.certificate_kind or CertificateKind.COMPLETION,
        name=(paper.name or course.certificate or course.title).strip(),
        level=paper.level or course.level,
        number_cipher=ring.encrypt(number, NUMBER),
        number_index=ring.blind_index(number, NUMBER),
        number_masked="*" * max(len(number) - _SHOWN, 4) + number[-_SHOWN:],
        issued_on=paper.issued_on,
        entered_at=clock.now(),
        via=via_of(by),
        entered_by_id=by.account_id,
    )
    known = RuleBrokenError("certificate_known", "这个证书编号已经登记在另一条记录上，请核对。")
    with unique_or(session, known):
        session.add(row)
    _onto_profile(session, referral.graduate_id, row.name)
    session.flush()
    return row


def _take_step(session: Session, by: Actor, course: Course, referral: TrainingReferral) -> None:
    """Go to CERTIFIED; who has a job already stays HIRED, and the certificate is noted there."""
    if referral.state is not TrainingState.HIRED:
        step(session, by, course, referral, TrainingState.CERTIFIED)
        return
    if not course.kind.gives_certificate or _paper_of(session, referral.id) is not None:
        raise wrong_step(referral)
    note(session, by, referral, before=referral.state, facts={"certified": True})


def _check(
    paper: CertificateInput, number: str, course: Course, referral: TrainingReferral
) -> None:
    fields = {}
    if len(number) < _SHOWN + 1:
        fields["number"] = "请填完整的证书编号。"
    first = referral.attending_on or course.starts_on
    if not first <= paper.issued_on <= clock.today():
        fields["issued_on"] = "发证日期应在开课以后，不晚于今天。"
    if fields:
        raise InvalidInputError("training_input", "证书有误，请修改标出的项目。", fields=fields)


def _onto_profile(session: Session, graduate_id: int, name: str) -> None:
    graduate = session.get_one(Graduate, graduate_id, with_for_update=True)
    if name not in graduate.certificates:
        graduate.certificates = [*graduate.certificates, name]
        touch(graduate)
        session.flush()
        ranking_changes.note_graduate(session, graduate_id)


def claim_subsidy(
    session: Session, by: Actor, referral_id: int, *, own_cost_fen: int, amount_fen: int
) -> TrainingSubsidy:
    """Record a claim of the union's training subsidy for a certificate.

    The year counts by the day of the certificate; the person is locked, so that two claims at once do not pass the
    limit together.

    Raises
    ------
    RuleBrokenError
        No certificate yet, one claim already, or above the year's limit or the own cost.
    """
    require_staff(by)
    course, referral = lock_referral(session, by, referral_id)
    paper = _paper_of(session, referral.id)
    if paper is None:
        raise RuleBrokenError(
            "subsidy_needs_certificate", "取得证书后才能申领培训补贴，请先登记证书。"
        )
    session.get_one(Graduate, referral.graduate_id, with_for_update=True)
    year = paper.issued_on.year
    limit = get_limit(SUBSIDY_LIMIT, course.region_code, paper.issued_on)
    _check_claim(session, course, referral.graduate_id, year, limit.value, own_cost_fen, amount_fen)
    row = TrainingSubsidy(
        certificate_id=paper.id,
        graduate_id=referral.graduate_id,
        union_id=referral.union_id,
        year=year,
        own_cost_fen=own_cost_fen,
        amount_fen=amount_fen,
        limit_source=limit.source,
        claimed_on=clock.today(),
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    twice = RuleBrokenError("subsidy_claimed", "这张证书已经申领过培训补贴。")
    with unique_or(session, twice):
        session.add(row)
    _book(session, by, row)
    audit.record(
        session,
        by,
        "training.subsidy_claimed",
        subject=(SUBJECT, referral.id),
        amount_fen=amount_fen,
        year=year,
    )
    session.flush()
    return row


def _book(session: Session, by: Actor, row: TrainingSubsidy) -> None:
    """Book a claim in the ledger of the union that took it (工会培训补贴)."""
    entry = EntryInput(
        programme=SUBSIDY_PROGRAMME,
        union_id=row.union_id,
        person=Person(graduate_id=row.graduate_id),
        year=row.year,
        amount_fen=row.amount_fen,
        happened_on=row.claimed_on,
        source=EntrySource.CLAIM,
        subject=("training_subsidy", row.id),
        once_key=f"training_subsidy:{row.id}",
    )
    ledger.book(session, by, entry)


def _paper_of(session: Session, referral_id: int) -> TrainingCertificate | None:
    return session.scalar(
        sa.select(TrainingCertificate).where(TrainingCertificate.referral_id == referral_id)
    )


def _check_claim(
    session: Session,
    course: Course,
    graduate_id: int,
    year: int,
    limit_fen: int,
    own_cost_fen: int,
    amount_fen: int,
) -> None:
    fields = {}
    if not 0 < amount_fen <= own_cost_fen:
        fields["amount"] = "补贴应大于零，不超过本人实际支出。"
    if own_cost_fen > course.cost_fen:
        fields["own_cost"] = "本人支出不会超过这个班的费用，请核对。"
    if fields:
        raise InvalidInputError("training_input", "补贴有误，请修改标出的项目。", fields=fields)
    claimed = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(TrainingSubsidy.amount_fen), 0)).where(
            TrainingSubsidy.graduate_id == graduate_id, TrainingSubsidy.year == year
        )
    )
    left = limit_fen - (claimed or 0)
    if amount_fen > left:
        raise RuleBrokenError(
            "subsidy_above_limit",
            f"今年还可以申领 {left / 100:.2f} 元（每人每年 {limit_fen / 100:.0f} 元），请减少金额。",
            left_fen=left,
        )
