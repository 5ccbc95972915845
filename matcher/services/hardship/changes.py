"""What changed in a file (变更记录): the readable history beside the trail, and changes of two people at once.

Every use case of the file ends in `note`: it keeps the day of the last change, counts a version, writes the
history with sensitive values masked, and the trail. A form sends back how each field stood when it was shown
(`seen`); where a field stands otherwise by now, `require_seen` answers with both values so that the person chooses.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base
from matcher.db.engine import ring_of
from matcher.errors import ConflictError
from matcher.kinds.household_facts import FileAct
from matcher.models.household_facts import HouseholdChange
from matcher.models.households import Household
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import touch

UNSHOWN = "*"
"""What the history shows of a sealed value without a masked form: that there is one."""

_ROW = "household_change.row"
_CIPHER = "_cipher"


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Whose work a change was, if not only of who typed it (录入与实办分开)."""

    on_behalf_of_id: int | None = None
    """Account the typist typed for."""
    credited_to_id: int | None = None
    """Account the work counts for."""
    reason: str | None = None


NO_CREDIT = Credit()


def shown(row: Base, fields: Iterable[str]) -> dict[str, Any]:
    """Return columns as the history shows them: plain, or masked if they are sealed."""
    return {field: _shown(row, field) for field in fields}


def _shown(row: Base, field: str) -> Any:
    value = getattr(row, field)
    if not field.endswith(_CIPHER):
        return _plain(value)
    masked = getattr(row, field.removesuffix(_CIPHER) + "_masked", None)
    return masked or (UNSHOWN if value else None)


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else value


def marks(row: Base, fields: Iterable[str]) -> dict[str, str]:
    """Return how columns stand, as text to compare; a sealed value is told by its cipher alone."""
    found = {}
    for field in fields:
        value = getattr(row, field)
        if isinstance(value, bytes):
            found[field] = hashlib.sha256(value).hexdigest()[:12]
        else:
            found[field] = "" if value is None else str(_plain(value))
    return found


def require_seen(row: Base, fields: Iterable[str], seen: Mapping[str, str] | None) -> None:
    """Raise ConflictError with every field that stands otherwise than the person saw; None expects nothing.

    The details carry `changed`: fields with the value that stands now, as `shown` gives it.
    """
    if seen is None:
        return
    stands = marks(row, fields)
    changed = [field for field in stands if field in seen and seen[field] != stands[field]]
    if changed:
        raise ConflictError(
            "changed_meanwhile",
            "这条记录刚被别人修改过，请核对最新内容后再保存。",
            changed=shown(row, changed),
        )


def note(
    session: Session,
    by: Actor,
    household: Household,
    row: Base,
    act: FileAct,
    fields: list[dict[str, Any]],
    credit: Credit = NO_CREDIT,
    *,
    kept: bytes | None = None,
) -> HouseholdChange:
    """Write the history and the trail of a change of a file's part; the row has its id by now."""
    require(by, Permission.VIEW_FILES)
    part, part_id = row.__tablename__, row.id  # type: ignore[attr-defined] # every table here has one
    change = HouseholdChange(
        household_id=household.id,
        part=part,
        part_id=part_id,
        act=act,
        fields=fields,
        entered_at=clock.now(),
        actor_id=by.account_id,
        on_behalf_of_id=credit.on_behalf_of_id,
        credited_to_id=credit.credited_to_id,
        reason=credit.reason,
        row_cipher=kept,
    )
    household.changed_on = clock.today()
    touch(household)
    session.add(change)
    _record(session, by, change)
    session.flush()
    return change


def _record(session: Session, by: Actor, change: HouseholdChange) -> None:
    """Write the trail of a change: which fields, never their values."""
    audit.record(
        session,
        by,
        f"household.{change.act.value}",
        subject=("household", change.household_id),
        on_behalf_of=change.on_behalf_of_id,
        part=change.part,
        row=change.part_id,
        fields=[one["field"] for one in change.fields],
        credited_to=change.credited_to_id,
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields whose shown values differ."""
    return [
        {"field": field, "before": before.get(field), "after": value}
        for field, value in after.items()
        if before.get(field) != value
    ]


def keep_row(session: Session, row: Base) -> bytes:
    """Return a row sealed, so that its removal can be undone."""
    kept = {}
    for column in sa.inspect(type(row)).columns:
        value = getattr(row, column.key)
        if isinstance(value, bytes):
            kept[column.key] = {"bytes": base64.b64encode(value).decode()}
        elif isinstance(value, dt.datetime):
            kept[column.key] = {"instant": value.isoformat()}
        elif isinstance(value, dt.date):
            kept[column.key] = {"date": value.isoformat()}
        else:
            kept[column.key] = _plain(value)
    return ring_of(session).encrypt(json.dumps(kept, ensure_ascii=False), _ROW)


def kept_row(session: Session, change: HouseholdChange) -> dict[str, Any]:
    """Return the columns of a removed row."""
    if change.row_cipher is None:
        return {}
    kept = json.loads(ring_of(session).decrypt(change.row_cipher, _ROW))
    return {name: _opened(value) for name, value in kept.items()}


def _opened(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, text = next(iter(value.items()))
    if kind == "bytes":
        return base64.b64decode(text)
    return dt.datetime.fromisoformat(text) if kind == "instant" else dt.date.fromisoformat(text)


def list_changes(
    session: Session, household: Household, *, limit: int = 50, offset: int = 0
) -> tuple[list[HouseholdChange], int]:
    """Return the changes of a file the caller has loaded in sight, newest first, and how many there are."""
    of_file = HouseholdChange.household_id == household.id
    total = session.scalar(sa.select(sa.func.count()).select_from(HouseholdChange).where(of_file))
    found = sa.select(HouseholdChange).where(of_file).order_by(HouseholdChange.id.desc())
    return list(session.scalars(found.limit(limit).offset(offset))), total or 0
