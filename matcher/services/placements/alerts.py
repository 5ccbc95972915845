"""Anomalies for supervisors (异常线索): kept when found, opened to their rows, settled with a note.

Found again they are the same row, with new figures; a settled one that has grown is open again. Nobody settles one
that is about the own entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.insertion import insert_if_new
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import AlertFinding, AlertKind, AlertState
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.placements import Placement, PlacementAlert, PlacementEvidence
from matcher.services import audit
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.placements.alert_rules import Found, find_all, key_of
from matcher.services.placements.sight import get_placement
from matcher.services.rows import expect_version, first_or_missing

NOTE = "placement_alert.note"


def look(session: Session) -> int:
    """Compute all anomalies and keep them; a second time on a day changes nothing. Return how many are new.

    No use case: nightly work, of every union.
    """
    return sum(_keep(session, one) for one in find_all(session))


def note_refused_paper(session: Session, by: Actor, placement_id: int, mark: str) -> bool:
    """Keep that somebody else's paper was put to a placement and refused; say whether that is new.

    In a transaction of its own: the one in which the paper was refused is undone.
    """
    require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(session, by, placement_id)
    same = sa.or_(PlacementEvidence.sha256 == mark, PlacementEvidence.number_index == mark)
    found = (
        sa.select(Placement.id)
        .join(PlacementEvidence, PlacementEvidence.placement_id == Placement.id)
        .where(same, Placement.union_id == placement.union_id)
    )
    rows = {placement.id, *session.scalars(found)}
    facts = {"n": 2, "own": len(rows)}
    kind = AlertKind.EVIDENCE_REUSED
    one = Found(placement.union_id, kind, key_of(mark), tuple(sorted(rows)), facts)
    return _keep(session, one)


def _keep(session: Session, found: Found) -> bool:
    facts = {**found.facts, "placements": sorted(found.placements)}
    now = clock.now()
    made = insert_if_new(
        session,
        PlacementAlert,
        {
            "public_id": new_public_id(),
            "union_id": found.union_id,
            "kind": found.kind,
            "key": found.key,
            "facts": facts,
            "about_account_id": found.about_account_id,
            "first_seen_at": now,
            "last_seen_at": now,
            "state": AlertState.OPEN,
        },
    )
    if made is not None:
        return True
    standing = session.scalars(
        sa.select(PlacementAlert).where(
            PlacementAlert.union_id == found.union_id,
            PlacementAlert.kind == found.kind,
            PlacementAlert.key == found.key,
        )
    ).one()
    grew = set(facts["placements"]) - set(standing.facts.get("placements", []))
    if standing.facts != facts:
        standing.facts, standing.last_seen_at = facts, now
    if grew and standing.state is AlertState.SETTLED:
        standing.state, standing.finding, standing.settled_at = AlertState.OPEN, None, None
    session.flush()
    return False


@dataclass(frozen=True)
class AlertLine:
    """An anomaly with the names a list shows."""

    alert: PlacementAlert
    about: str | None
    drive: str | None
    employer: str | None

    @property
    def n_rows(self) -> int:
        """How many rows it was computed from."""
        return len(self.alert.facts.get("placements", []))


def alerts_in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `PlacementAlert` for the anomalies an actor may see."""
    require(by, Permission.VIEW_ALERTS)
    return PlacementAlert.union_id.in_(scope_of(by).unions())


def list_alerts(
    session: Session,
    by: Actor,
    *,
    state: AlertState | None = None,
    kind: AlertKind | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[AlertLine], int]:
    """Return anomalies, open ones first, newest first, and how many there are; four queries at most."""
    kept = [alerts_in_sight(by)]
    if state is not None:
        kept.append(PlacementAlert.state == state)
    if kind is not None:
        kept.append(PlacementAlert.kind == kind)
    total = session.scalar(sa.select(sa.func.count(PlacementAlert.id)).where(*kept)) or 0
    found = (
        sa.select(PlacementAlert)
        .where(*kept)
        .order_by(
            PlacementAlert.state == AlertState.SETTLED,
            PlacementAlert.last_seen_at.desc(),
            PlacementAlert.id.desc(),
        )
    )
    rows = list(session.scalars(found.limit(limit).offset(offset)))
    return _named(session, rows), total


def _named(session: Session, rows: Sequence[PlacementAlert]) -> list[AlertLine]:
    accounts = {one.about_account_id for one in rows if one.about_account_id}
    drives = {one.facts["drive"] for one in rows if "drive" in one.facts}
    employers = {one.facts["employer"] for one in rows if "employer" in one.facts}
    people = _names(session, sa.select(Account.id, Account.display_name), Account.id, accounts)
    of_drive = _names(session, sa.select(Drive.id, Drive.name), Drive.id, drives)
    units = _names(session, sa.select(Employer.id, Employer.name), Employer.id, employers)
    return [
        AlertLine(
            alert=one,
            about=people.get(one.about_account_id or 0),
            drive=of_drive.get(one.facts.get("drive", 0)),
            employer=units.get(one.facts.get("employer", 0)),
        )
        for one in rows
    ]


def _names(
    session: Session,
    found: sa.Select[int, str],
    column: InstrumentedAttribute[int],
    ids: set[int],
) -> dict[int, str]:
    rows = session.execute(found.where(column.in_(ids)))
    return {number: name for number, name in rows}  # noqa: C416 - rows are no pairs


def get_alert(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> PlacementAlert:
    """Return an anomaly in sight."""
    found = sa.select(PlacementAlert).where(
        PlacementAlert.public_id == public_id, alerts_in_sight(by)
    )
    return first_or_missing(session, found, lock=lock)


def read_alert(session: Session, by: Actor, public_id: str) -> tuple[AlertLine, str | None]:
    """Return an anomaly in sight with its names and the note it was settled with."""
    alert = get_alert(session, by, public_id)
    return _named(session, [alert])[0], unseal(session, alert.note_cipher, NOTE)


def settle(
    session: Session,
    by: Actor,
    public_id: str,
    finding: AlertFinding,
    note: str,
    *,
    expected_version: int | None = None,
) -> PlacementAlert:
    """Say what looking at the rows showed.

    Raises
    ------
    RuleBrokenError
        It is about the actor's own entries.
    InvalidInputError
        Nothing is said.
    """
    require(by, Permission.VIEW_ALERTS)
    alert = get_alert(session, by, public_id, lock=True)
    expect_version(alert, expected_version)
    if alert.about_account_id is not None and alert.about_account_id == by.account_id:
        raise RuleBrokenError("alert_own", "这条线索与您本人的登记有关，请由另一位主管查看。")
    if not note.strip():
        said = "请写明查看了什么、结果怎样。"
        raise InvalidInputError("alert_note", said, fields={"note": said})
    alert.state, alert.finding = AlertState.SETTLED, finding
    alert.settled_at, alert.settled_by_id = clock.now(), by.account_id
    alert.note_cipher = seal(session, note, NOTE)
    audit.record(
        session,
        by,
        "placement_alert.settled",
        subject=("placement_alert", alert.id),
        kind=alert.kind,
        finding=finding,
    )
    session.flush()
    return alert
