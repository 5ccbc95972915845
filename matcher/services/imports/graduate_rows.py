"""The rows of a graduate (毕业生): own columns, majors, wishes, part in a drive."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.keys import KeyRing
from matcher.kinds import Channel
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import GraduateMajor, Intent
from matcher.services.imports.kinds import insert_plain, slices
from matcher.services.imports.rows import Values
from matcher.services.sealing import sealed_id_number, sealed_phone

COLUMNS = (
    "household_id",
    "name",
    "id_number_cipher",
    "id_number_index",
    "id_number_masked",
    "phone_cipher",
    "phone_index",
    "phone_masked",
    "school",
    "student_number",
    "education",
    "graduates_on",
    "origin_region",
    "hardship_codes",
    "certificates",
    "about",
    "import_digest",
)
"""Columns a roster fills; what it does not say stays as it is."""


def graduate_columns(ring: KeyRing, values: Values) -> dict[str, Any]:
    """Return the columns of a new graduate; numbers are sealed here."""
    own = values["graduate"]
    graduates_on = own["graduates_on"]
    columns: dict[str, Any] = {
        **own,
        "graduates_on": dt.date.fromisoformat(graduates_on) if graduates_on else None,
        "hardship_codes": own["hardship_codes"] or 0,
        "certificates": own["certificates"] or [],
        "household_id": values["household_id"],
        "public_id": new_public_id(),
        "entered_through": Channel.IMPORT,
        "is_confirmed": True,
    }
    for field, seal in (("id_number", sealed_id_number), ("phone", sealed_phone)):
        sealed = seal(ring, "graduate", values[field]) if values[field] else None
        columns[f"{field}_cipher"] = sealed.cipher if sealed else None
        columns[f"{field}_index"] = sealed.index if sealed else None
        columns[f"{field}_masked"] = sealed.masked if sealed else None
    return columns


def insert_parts(session: Session, rows: Sequence[tuple[int, Values]]) -> None:
    """Insert majors and wishes of graduates that have none yet."""
    majors = [
        {"graduate_id": graduate_id, "position": position, **major}
        for graduate_id, values in rows
        for position, major in enumerate(values["majors"], start=1)
    ]
    if majors:
        insert_plain(session, GraduateMajor, majors)
    intents = [{"graduate_id": graduate_id, **values["intent"]} for graduate_id, values in rows]
    if intents:
        insert_plain(session, Intent, intents)


def change_parts(session: Session, rows: dict[int, Values]) -> None:
    """Replace majors and wishes the roster speaks of; those it does not name stay."""
    with_majors = {id_: values for id_, values in rows.items() if values["majors"]}
    with_wishes = {id_: values for id_, values in rows.items() if _says_something(values["intent"])}
    for some in slices(with_majors):
        session.execute(sa.delete(GraduateMajor).where(GraduateMajor.graduate_id.in_(some)))
    for some in slices(with_wishes):
        session.execute(sa.delete(Intent).where(Intent.graduate_id.in_(some)))
    majors = [
        {"graduate_id": graduate_id, "position": position, **major}
        for graduate_id, values in with_majors.items()
        for position, major in enumerate(values["majors"], start=1)
    ]
    if majors:
        insert_plain(session, GraduateMajor, majors)
    if with_wishes:
        insert_plain(
            session,
            Intent,
            [{"graduate_id": id_, **values["intent"]} for id_, values in with_wishes.items()],
        )


def _says_something(intent: Values) -> bool:
    return any(intent[name] for name in ("places", "occupations", "industries", "wanted_pay_yuan"))


def before_parts(session: Session, graduate_ids: Sequence[int]) -> dict[int, Values]:
    """Return majors and wishes as they stand, for undo."""
    parts: dict[int, Values] = {}
    for some in slices(graduate_ids):
        majors = sa.select(GraduateMajor).where(GraduateMajor.graduate_id.in_(some))
        for major in session.scalars(
            majors.order_by(GraduateMajor.graduate_id, GraduateMajor.position)
        ):
            entry = parts.setdefault(major.graduate_id, {"majors": [], "intent": None})
            entry["majors"].append(
                {
                    "level": major.level.value,
                    "name": major.name,
                    "code": major.code,
                    "edition": major.edition,
                }
            )
        for intent in session.scalars(sa.select(Intent).where(Intent.graduate_id.in_(some))):
            entry = parts.setdefault(intent.graduate_id, {"majors": [], "intent": None})
            entry["intent"] = {
                "places": intent.places,
                "occupations": intent.occupations,
                "industries": intent.industries,
                "unit_kinds": intent.unit_kinds,
                "wanted_pay_yuan": intent.wanted_pay_yuan,
                "mobility": intent.mobility.value,
                "text": intent.text,
            }
    return parts


def enter_drive(session: Session, drive_id: int, graduate_ids: Iterable[int]) -> None:
    """Let graduates take part who do not yet; numbers go up in the order given."""
    wanted = list(graduate_ids)
    there: set[int] = set()
    for some in slices(wanted):
        chosen = sa.select(DriveEntry.graduate_id).where(
            DriveEntry.drive_id == drive_id, DriveEntry.graduate_id.in_(some)
        )
        there.update(session.scalars(chosen))
    missing = [graduate_id for graduate_id in wanted if graduate_id not in there]
    drive = session.get_one(Drive, drive_id, with_for_update=True)
    first = drive.next_entry_number
    drive.next_entry_number = first + len(missing)
    now = clock.now()
    rows = [
        {"drive_id": drive_id, "graduate_id": graduate_id, "number": first + n, "entered_at": now}
        for n, graduate_id in enumerate(missing)
    ]
    if rows:
        insert_plain(session, DriveEntry, rows)
    session.flush()
