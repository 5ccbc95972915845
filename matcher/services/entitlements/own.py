"""What a graduate reads of the own entitlements (我能申请的): name, last day, papers, where; never a reason or status.

A phone is shared and a page is looked at over a shoulder: neither the rule that answers nor the household's facts
stand here, and what has no neutral name is told by the union in person.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.entitlements import EntitlementAnswer, EntitlementChannel, EntitlementState
from matcher.models.entitlements import EntitlementApplication
from matcher.policy.entitlements import load_catalogue
from matcher.services import audit
from matcher.services.entitlements import papers
from matcher.services.entitlements.answers import Offered, computed
from matcher.services.entitlements.papers import PaperLine
from matcher.services.entitlements.sight import load_claimants
from matcher.services.graduate_lists import get_own
from matcher.services.permissions import Actor


@dataclass(frozen=True)
class OwnOffer:
    """Something the reader may apply for, or may perhaps."""

    code: str
    name: str
    is_sure: bool
    amount_words: str
    channel: EntitlementChannel
    opens_on: dt.date | None
    closes_on: dt.date | None
    papers: Sequence[str]


@dataclass(frozen=True)
class OwnApplication:
    """Something on its way for the reader, with the papers still wanted."""

    public_id: str
    name: str
    state: EntitlementState
    due_on: dt.date | None
    missing: Sequence[str]
    held: Sequence[str]


@dataclass(frozen=True)
class OwnEntitlements:
    """All a graduate's own page shows."""

    offers: Sequence[OwnOffer]
    applications: Sequence[OwnApplication]
    as_of: dt.date


def own_entitlements(session: Session, by: Actor) -> OwnEntitlements:
    """Return what the actor may apply for, soonest last day first, and what is on its way."""
    graduate = get_own(session, by)
    people = load_claimants(session, graduate_ids=[graduate.id])
    one = computed(session, people)[0]
    today = clock.today()
    offers = [_offer(each) for each in one.offered if _is_shown(each, today)]
    rows = session.scalars(
        sa.select(EntitlementApplication)
        .where(
            EntitlementApplication.graduate_id == graduate.id,
            EntitlementApplication.placement_id.is_(None),
        )
        .order_by(EntitlementApplication.id.desc())
    )
    shown = [_application(session, row) for row in rows.all() if _own_name(row.entitlement)]
    return OwnEntitlements(offers, shown, one.as_of)


def _own_name(code: str) -> str:
    found = load_catalogue().entitlements.get(code)
    return found.own if found else ""


def _is_shown(each: Offered, today: dt.date) -> bool:
    answer, row = each.answer, each.application
    if not _own_name(answer.code) or answer.result is EntitlementAnswer.NO:
        return False
    if answer.closes_on is not None and answer.closes_on < today:
        return False
    return row is None or not (row.state.is_live or row.state is EntitlementState.PAID)


def _offer(each: Offered) -> OwnOffer:
    """Return an offer; the union's own aid is never told as sure: it is for members of a file alone."""
    answer, catalogue = each.answer, load_catalogue()
    return OwnOffer(
        code=answer.code,
        name=_own_name(answer.code),
        is_sure=answer.result is EntitlementAnswer.YES
        and answer.rule.channel is not EntitlementChannel.UNION,
        amount_words=answer.rule.amount.words,
        channel=answer.rule.channel,
        opens_on=answer.opens_on,
        closes_on=answer.closes_on,
        papers=[catalogue.papers[code].own for code in answer.rule.papers],
    )


def _application(session: Session, row: EntitlementApplication) -> OwnApplication:
    lines: list[PaperLine] = papers.lines_of(session, row)
    return OwnApplication(
        public_id=row.public_id,
        name=_own_name(row.entitlement),
        state=row.state,
        due_on=row.due_on,
        missing=[line.own for line in lines if not line.is_held],
        held=[line.own for line in lines if line.is_held],
    )


def note_calendar(session: Session, by: Actor, n_days: int) -> None:
    """Write into the trail that the own last days were taken as a file."""
    graduate = get_own(session, by)
    audit.record(
        session, by, "entitlement.calendar_taken", subject=("graduate", graduate.id), days=n_days
    )


def copy_of(session: Session, graduate_id: int) -> list[dict[str, Any]]:
    """Return the applications of a person for a copy of the own data, by the names that tell no status.

    What was asked speaks of the household and stands where files of households may be read, not here.
    """
    rows = session.scalars(
        sa.select(EntitlementApplication)
        .where(EntitlementApplication.graduate_id == graduate_id)
        .order_by(EntitlementApplication.id)
    )
    return [
        {
            "entitlement": _own_name(row.entitlement),
            "state": row.state.label,
            "opened_at": row.opened_at.isoformat(),
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "submitted_on": row.submitted_on.isoformat() if row.submitted_on else None,
            "paid_on": row.paid_on.isoformat() if row.paid_on else None,
            "amount_fen": row.amount_fen,
        }
        for row in rows
    ]
