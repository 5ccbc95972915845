"""Home visits (入户走访): date, who, findings, signatures of the two authorisations.

At a visit the family signs 《困难职工帮扶申请书》 and 《家庭经济状况核对授权委托书》; `signatures_of` says since when a
file has them, which the approval asks before anybody compares data.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, NotFoundError
from matcher.kinds.household_facts import VisitOutcome
from matcher.models.household_facts import HomeVisit
from matcher.models.households import Household
from matcher.services import audit
from matcher.services.hardship import changes, parts
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.reveals import REASON_LENGTH

_SIGNED = ("application", "authorisation")


@dataclass(frozen=True, kw_only=True)
class VisitInput:
    """A visit; findings of None leave those that stand."""

    visited_on: dt.date
    outcome: VisitOutcome
    visitors: str
    findings: str | None = None
    application_signed_on: dt.date | None = None
    application_signer_id: int | None = None
    authorisation_signed_on: dt.date | None = None
    authorisation_signer_id: int | None = None


VISIT_FIELDS = (
    *(name for name in VisitInput.__dataclass_fields__ if name != "findings"),
    "findings_cipher",
    "credited_to_id",
)


@dataclass(frozen=True)
class Signatures:
    """Since when a file has the two authorisations signed, None if not."""

    application_on: dt.date | None
    authorisation_on: dt.date | None


def record_visit(
    session: Session,
    by: Actor,
    household_id: int,
    facts: VisitInput,
    credit: changes.Credit = changes.NO_CREDIT,
) -> HomeVisit:
    """Record a visit; possible while the file is on its way through the approval."""
    household = parts.open_for_change(session, by, household_id, during_approval=True)
    values = _checked(session, household, facts)
    row = HomeVisit(household_id=household.id, credited_to_id=credit.credited_to_id, **values)
    row.findings_cipher = _sealed(session, facts.findings)
    parts.add(session, by, household, row, VISIT_FIELDS, credit)
    return row


def change_visit(
    session: Session,
    by: Actor,
    household_id: int,
    row_id: int,
    facts: VisitInput,
    *,
    seen: Mapping[str, str] | None = None,
) -> HomeVisit:
    """Correct a visit; findings typed anew replace those that stand."""
    household = parts.open_for_change(session, by, household_id, during_approval=True)
    row = parts.get_part(session, household, HomeVisit, row_id)
    values = _checked(session, household, facts)
    if facts.findings:
        values["findings_cipher"] = _sealed(session, facts.findings)
    parts.change(session, by, household, row, values, seen=seen)
    return row


def _sealed(session: Session, text: str | None) -> bytes | None:
    return ring_of(session).encrypt(text, "home_visit.findings") if text else None


def _checked(session: Session, household: Household, facts: VisitInput) -> dict[str, Any]:
    wrong = {}
    today = clock.today()
    if facts.visited_on > today:
        wrong["visited_on"] = "走访日期不能晚于今天。"
    if not facts.visitors.strip():
        wrong["visitors"] = "请写明走访人。"
    for paper in _SIGNED:
        signed_on = getattr(facts, f"{paper}_signed_on")
        signer_id = getattr(facts, f"{paper}_signer_id")
        if (signed_on is None) != (signer_id is None):
            wrong[f"{paper}_signer_id"] = "签字人和签字日期要一起填。"
        if signed_on is not None and signed_on > today:
            wrong[f"{paper}_signed_on"] = "签字日期不能晚于今天。"
        if signer_id is not None:
            parts.get_member(session, household, signer_id)
    if wrong:
        raise InvalidInputError("visit", "走访记录有误，请改正标出的项目。", fields=wrong)
    return {name: value for name, value in asdict(facts).items() if name != "findings"}


def visits_of(session: Session, household_id: int) -> list[HomeVisit]:
    """Return the visits of a file in sight, newest first."""
    found = sa.select(HomeVisit).where(HomeVisit.household_id == household_id)
    return list(session.scalars(found.order_by(HomeVisit.visited_on.desc(), HomeVisit.id.desc())))


def signatures_of(session: Session, household_id: int) -> Signatures:
    """Return since when the two authorisations are signed; the newest signature counts."""
    found = sa.select(
        sa.func.max(HomeVisit.application_signed_on),
        sa.func.max(HomeVisit.authorisation_signed_on),
    ).where(HomeVisit.household_id == household_id)
    application_on, authorisation_on = session.execute(found).one()
    return Signatures(application_on, authorisation_on)


def read_findings(
    session: Session, by: Actor, household_id: int, row_id: int, *, reason: str
) -> str:
    """Return what was found at a visit, for a typed reason; logged, since it may speak of illness."""
    require(by, Permission.REVEAL_NUMBER)
    household = get_whole(session, by, household_id)
    row = parts.get_part(session, household, HomeVisit, row_id)
    if len(reason.strip()) < REASON_LENGTH:
        said = f"请写明查看原因（至少 {REASON_LENGTH} 个字）。"
        raise InvalidInputError("reveal_reason", said, fields={"reason": said})
    if row.findings_cipher is None:
        raise NotFoundError("nothing_stored", "这一项没有登记。")
    audit.record(
        session,
        by,
        "household.findings_read",
        subject=("household", household.id),
        visit=row.id,
        reason=reason.strip(),
    )
    return ring_of(session).decrypt(row.findings_cipher, "home_visit.findings")
