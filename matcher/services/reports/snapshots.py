"""Signed snapshots (签名快照): a sheet's figures frozen when it is filled, digested, chained, and verified at any time.

The digest is SHA-256 over the figures and over what they are of, as canonical JSON; the signature is a keyed hash
(ring's signing key) over it, over the digest of the union's signed sheet before it in the drive, and over who
answers for it. The first of a chain follows a digest made of drive and union, so that no two chains share a link.
"""

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.figures.counting import count_by_union, count_figures
from matcher.services.figures.moments import Moment
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor
from matcher.services.reports.sight import find_sheet
from matcher.services.reports.typed_sums import typed_by_unit
from matcher.statistics.checks import find_failures
from matcher.statistics.indicators import sheet_indicators

SHAPE = 1
"""Number of the shape below; a snapshot of another shape is read by who knows it."""


def moment_of_period(period: ReportPeriod, known_at: dt.datetime) -> Moment:
    """Return the moment a period's figures are of, as an instant knew them."""
    return Moment(period.from_on, period.until_on, known_at)


def moment_of_sheet(session: Session, by: Actor, public_id: str) -> tuple[Moment, int]:
    """Return the moment and the union of a sheet the actor sees; a draft is of the present."""
    sheet = find_sheet(session, by, public_id)
    period = session.get_one(ReportPeriod, sheet.period_id)
    return moment_of_period(period, sheet.known_at or clock.now()), sheet.union_id


def freeze(
    session: Session, by: Actor, period: ReportPeriod, union_id: int, *, known_at: dt.datetime
) -> dict[str, Any]:
    """Count a union's figures of a period and return them as a sheet keeps them."""
    moment = moment_of_period(period, known_at)
    drive_id = period.drive_id
    codes = tuple(one.code for one in sheet_indicators())
    values = count_figures(session, by, drive_id, union_id, moment).values
    children = count_by_union(session, by, drive_id, union_id, moment, codes)
    plain = {code: figure.value for code, figure in values.items()}
    return {
        "shape": SHAPE,
        "moment": {
            "from_on": period.from_on.isoformat(),
            "until_on": period.until_on.isoformat(),
            "known_at": known_at.isoformat(),
        },
        "values": {code: figure.to_json() for code, figure in values.items()},
        "children": {
            str(child): {code: figure.to_json() for code, figure in figures.items()}
            for child, figures in children.items()
        },
        "typed": {
            str(unit): typed
            for unit, typed in typed_by_unit(session, drive_id, union_id, moment).items()
        },
        "failed": [one.code for one in find_failures(plain)],
    }


def figures_of(sheet: Sheet) -> dict[str, Figure]:
    """Return the frozen figures of a filled sheet by code; none of a draft."""
    return read_figures(sheet.figures.get("values", {}))


def children_of(sheet: Sheet) -> dict[int, dict[str, Figure]]:
    """Return the frozen figures of a filled sheet's direct children and of its own row, by union."""
    stored = sheet.figures.get("children", {})
    return {int(child): read_figures(values) for child, values in stored.items()}


def read_figures(stored: dict[str, Any]) -> dict[str, Figure]:
    """Return stored figures as the engine gives them."""
    return {code: Figure(code, **values) for code, values in stored.items()}


def digest_of(period: ReportPeriod, sheet: Sheet) -> str:
    """Return SHA-256 over a sheet's figures and what they are of."""
    told = {
        "drive": period.drive_id,
        "period": period.public_id,
        "days": [period.from_on.isoformat(), period.until_on.isoformat()],
        "union": sheet.union_id,
        "edition": sheet.edition,
        "figures": sheet.figures,
        "filled_by": sheet.filled_by_name,
    }
    return hashlib.sha256(_canonical(told)).hexdigest()


def _canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sign(session: Session, period: ReportPeriod, sheet: Sheet) -> None:
    """Chain a filled sheet to the union's signed sheet before it, and sign it; the caller holds its lock."""
    # What a draft is sealed with and its state are written together, as the table's rules ask.
    with session.no_autoflush:
        before = _signed_before(session, period, sheet)
    sheet.previous_digest = before or first_link(period.drive_id, sheet.union_id)
    sheet.signature = _signature(session, sheet)


def _signed_before(session: Session, period: ReportPeriod, sheet: Sheet) -> str | None:
    """Return the digest at the end of the union's chain in the drive."""
    follows = sa.select(Sheet.previous_digest).where(Sheet.previous_digest.is_not(None))
    found = (
        sa.select(Sheet.digest)
        .join(ReportPeriod, ReportPeriod.id == Sheet.period_id)
        .where(ReportPeriod.drive_id == period.drive_id, Sheet.union_id == sheet.union_id)
        .where(Sheet.signature.is_not(None), Sheet.digest.not_in(follows))
        .order_by(Sheet.id)
        .limit(1)
    )
    return session.scalar(found)


def first_link(drive_id: int, union_id: int) -> str:
    """Return what the first signed sheet of a union in a drive follows."""
    return hashlib.sha256(f"yangguang sheets {drive_id} {union_id}".encode()).hexdigest()


def _signature(session: Session, sheet: Sheet) -> str:
    told = {
        "digest": sheet.digest,
        "previous": sheet.previous_digest,
        "reviewed_by": sheet.reviewed_by_name,
        "led_by": sheet.led_by_name,
        "submitted_at": _instant(sheet.submitted_at),
    }
    return hmac.new(ring_of(session).signing_key, _canonical(told), hashlib.sha256).hexdigest()


def _instant(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds") if at else None


def period_digest(session: Session, period: ReportPeriod) -> str:
    """Return SHA-256 over the digests of all sheets of a period that carry one, in the order of their ids."""
    found = (
        sa.select(Sheet.digest)
        .where(Sheet.period_id == period.id, Sheet.signature.is_not(None))
        .order_by(Sheet.id)
    )
    digests = [digest or "" for digest in session.scalars(found)]
    told = {"drive": period.drive_id, "period": period.public_id, "sheets": digests}
    return hashlib.sha256(_canonical(told)).hexdigest()


@dataclass(frozen=True)
class SnapshotReport:
    """What verifying a sheet found; each part is asked for itself.

    Parameters
    ----------
    content_holds : the figures are those that were digested
    signature_holds : digest, chain and names are those that were signed
    chain_holds : the sheet it follows is there, unchanged
    period_holds : the lock of its period covers exactly the sheets that stand; None before the lock
    recount : codes whose figure, counted again for the same moment, is another one; empty is what should be
    """

    content_holds: bool
    signature_holds: bool
    chain_holds: bool
    period_holds: bool | None
    recount: list[str]

    @property
    def holds(self) -> bool:
        """Say whether the snapshot is the one that was signed; a recount that differs is told apart."""
        stands = self.content_holds and self.signature_holds and self.chain_holds
        return stands and self.period_holds is not False


def verify(session: Session, by: Actor, sheet: Sheet) -> SnapshotReport:
    """Make digest, signature, chain and figures of a signed sheet again and compare; writes nothing."""
    period = session.get_one(ReportPeriod, sheet.period_id)
    signature = _signature(session, sheet)
    return SnapshotReport(
        content_holds=sheet.digest == digest_of(period, sheet),
        signature_holds=hmac.compare_digest(signature, sheet.signature or ""),
        chain_holds=_chain_holds(session, period, sheet),
        period_holds=(
            None if period.locked_at is None else period.digest == period_digest(session, period)
        ),
        recount=_recounted(session, by, period, sheet),
    )


def _chain_holds(session: Session, period: ReportPeriod, sheet: Sheet) -> bool:
    if sheet.previous_digest == first_link(period.drive_id, sheet.union_id):
        return True
    before = session.scalar(
        sa.select(Sheet).where(
            Sheet.digest == sheet.previous_digest, Sheet.union_id == sheet.union_id
        )
    )
    if before is None:
        return False
    its_period = session.get_one(ReportPeriod, before.period_id)
    return before.digest == digest_of(its_period, before)


def _recounted(session: Session, by: Actor, period: ReportPeriod, sheet: Sheet) -> list[str]:
    """Return the codes whose figures, counted again as that instant knew them, are not the frozen ones."""
    if sheet.known_at is None:
        return []
    moment = moment_of_period(period, sheet.known_at)
    again = count_figures(session, by, period.drive_id, sheet.union_id, moment).values
    frozen = figures_of(sheet)
    return [code for code, figure in frozen.items() if again.get(code) != figure]
