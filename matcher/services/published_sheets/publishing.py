"""Publishing a version of a sheet (公布), looking at it before, taking it back from the page (撤回).

Versions of one drive are decided one after another, under the drive's lock: two at once would each not know what the
other shows. A version taken back is no longer on its page, but later ones still reckon with what it told.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.sheets import SheetState
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.published_sheets import PublishedSheet
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.policy.limits import Limit, get_limit
from matcher.services import audit
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.published_sheets.contents import children_of, content_of, digest_of
from matcher.services.reports.sight import find_sheet
from matcher.services.rows import expect_version, first_or_missing, unique_or
from matcher.statistics.published_versions import Version, question_of, read_figures, read_place
from matcher.statistics.suppression import Answer, withhold

SUBJECT = "published_sheet"
_LIMIT = "figures.published_least"
_TOKEN_BYTES = 24


@dataclass(frozen=True)
class Preview:
    """What a version would show.

    Parameters
    ----------
    n_small, n_others : figures withheld because they are small, and for the sake of those
    n_exposed : small counts that what was published before already tells; nothing withheld now can mend it
    """

    sheet: Sheet
    period: ReportPeriod
    content: dict[str, Any]
    withheld: list[str]
    limit: Limit
    n_small: int
    n_others: int
    n_exposed: int


def is_ready(sheet: Sheet, period: ReportPeriod) -> bool:
    """Say whether a sheet may be published: accepted by the level above, or submitted and locked."""
    if sheet.state is SheetState.SUBMITTED:
        return period.locked_at is not None
    return sheet.state is SheetState.ACCEPTED


def preview(session: Session, by: Actor, sheet_public_id: str) -> Preview:
    """Return what a version of a sheet would show now.

    Raises
    ------
    RuleBrokenError
        The sheet is neither accepted nor locked.
    """
    require(by, Permission.MANAGE_DRIVE)
    sheet = find_sheet(session, by, sheet_public_id)
    period = session.get_one(ReportPeriod, sheet.period_id)
    if not is_ready(sheet, period):
        raise RuleBrokenError(
            "sheet_not_final", "这张表还没有接收或封存，不能公布。请先完成报送和接收。"
        )
    limit = get_limit(_LIMIT, _region(session, sheet), clock.today())
    answer = _decide(session, sheet, period, limit.value)
    places = frozenset(key[1] for key in answer.withheld)  # type: ignore[index]  # (version, place)
    return Preview(
        sheet=sheet,
        period=period,
        content=content_of(session, sheet, places, threshold=limit.value),
        withheld=sorted(map(str, places)),
        limit=limit,
        n_small=len(answer.small),
        n_others=len(answer.others),
        n_exposed=len(answer.exposed),
    )


def _region(session: Session, sheet: Sheet) -> str | None:
    return session.get_one(Union, sheet.union_id).region_code


def _decide(session: Session, sheet: Sheet, period: ReportPeriod, threshold: int) -> Answer:
    figures = read_figures(sheet.union_id, sheet.figures["values"], children_of(sheet))
    new = Version("new", sheet.union_id, figures, days=(period.from_on, period.until_on))
    return withhold(question_of(threshold, new, _earlier(session, period.drive_id)))


def _earlier(session: Session, drive_id: int) -> list[Version]:
    """Return every version of the drive, those taken back too, in the order of publication."""
    found = session.execute(
        sa.select(PublishedSheet, Sheet, ReportPeriod)
        .join(Sheet, Sheet.id == PublishedSheet.sheet_id)
        .join(ReportPeriod, ReportPeriod.id == Sheet.period_id)
        .where(PublishedSheet.drive_id == drive_id)
        .order_by(PublishedSheet.number)
    )
    return [
        Version(
            version.id,
            sheet.union_id,
            read_figures(sheet.union_id, sheet.figures["values"], children_of(sheet)),
            frozenset(map(read_place, version.withheld)),
            (period.from_on, period.until_on),
        )
        for version, sheet, period in found
    ]


def publish(
    session: Session, by: Actor, sheet_public_id: str, *, expected_digest: str | None = None
) -> PublishedSheet:
    """Publish a version of a sheet and return it; one that stands already is returned as it is.

    Parameters
    ----------
    expected_digest : of the content the person saw; another one is refused

    Raises
    ------
    RuleBrokenError
        The sheet is not final, or what would be shown is not what the person saw.
    """
    require(by, Permission.MANAGE_DRIVE)
    sheet = find_sheet(session, by, sheet_public_id)
    period = session.get_one(ReportPeriod, sheet.period_id)
    seen = sa.select(Drive).where(Drive.id == period.drive_id, Drive.id.in_(seen_drives(by)))
    drive = first_or_missing(session, seen, lock=True)
    standing = _standing(session, sheet)
    if standing is not None:
        return standing
    found = preview(session, by, sheet_public_id)
    digest = digest_of(found.content)
    if expected_digest is not None and digest != expected_digest:
        raise RuleBrokenError(
            "publication_changed", "刚才另有版本公布，这一版要隐去的数变了。请看过新的样子再公布。"
        )
    version = _version(_next_number(session, drive.id), found, digest)
    version.published_by_id = by.account_id
    taken = RuleBrokenError("publication_changed", "刚才另有版本公布，请看过新的样子再公布。")
    with unique_or(session, taken):
        session.add(version)
    audit.record(
        session,
        by,
        "sheet.published",
        subject=(SUBJECT, version.id),
        sheet=sheet.id,
        number=version.number,
        withheld=len(version.withheld),
        digest=digest,
    )
    return version


def _version(number: int, found: Preview, digest: str) -> PublishedSheet:
    """Return the row of a version as it was looked at, without who publishes it."""
    return PublishedSheet(
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        drive_id=found.period.drive_id,
        number=number,
        sheet_id=found.sheet.id,
        union_id=found.sheet.union_id,
        threshold=found.limit.value,
        threshold_source=found.limit.source,
        content=found.content,
        withheld=found.withheld,
        digest=digest,
        published_at=clock.now(),
    )


def _standing(session: Session, sheet: Sheet) -> PublishedSheet | None:
    return session.scalar(
        sa.select(PublishedSheet).where(
            PublishedSheet.sheet_id == sheet.id, PublishedSheet.withdrawn_at.is_(None)
        )
    )


def _next_number(session: Session, drive_id: int) -> int:
    found = sa.select(sa.func.max(PublishedSheet.number)).where(PublishedSheet.drive_id == drive_id)
    return (session.scalar(found) or 0) + 1


def withdraw(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> PublishedSheet:
    """Take a version from its page; doing it again changes nothing."""
    version = find_version(session, by, public_id, lock=True)
    if version.withdrawn_at is not None:
        return version
    expect_version(version, expected_version)
    version.withdrawn_at, version.withdrawn_by_id = clock.now(), by.account_id
    audit.record(session, by, "sheet.withdrawn", subject=(SUBJECT, version.id))
    session.flush()
    return version


def find_version(
    session: Session, by: Actor, public_id: str, *, lock: bool = False
) -> PublishedSheet:
    """Return a version of the scope, for who manages drives."""
    require(by, Permission.MANAGE_DRIVE)
    found = sa.select(PublishedSheet).where(
        PublishedSheet.public_id == public_id,
        PublishedSheet.union_id.in_(scope_of(by).unions()),
    )
    return first_or_missing(session, found, lock=lock)


@dataclass(frozen=True)
class Publishable:
    """A sheet that is final, with the version of it that stands, if any."""

    sheet: Sheet
    period: ReportPeriod
    union: Union
    version: PublishedSheet | None


def list_publishable(session: Session, by: Actor, drive_id: int) -> Sequence[Publishable]:
    """Return the final sheets of a drive in the scope, the newest period first, unions by code; one query."""
    require(by, Permission.MANAGE_DRIVE)
    first_or_missing(
        session,
        sa.select(Drive).where(Drive.id == drive_id, Drive.id.in_(seen_drives(by))),
        lock=False,
    )
    stands = sa.and_(PublishedSheet.sheet_id == Sheet.id, PublishedSheet.withdrawn_at.is_(None))
    found = session.execute(
        sa.select(Sheet, ReportPeriod, Union, PublishedSheet)
        .join(ReportPeriod, ReportPeriod.id == Sheet.period_id)
        .join(Union, Union.id == Sheet.union_id)
        .outerjoin(PublishedSheet, stands)
        .where(ReportPeriod.drive_id == drive_id, Sheet.union_id.in_(scope_of(by).unions()))
        .where(Sheet.state.in_([SheetState.ACCEPTED, SheetState.SUBMITTED]))
        .order_by(ReportPeriod.until_on.desc(), ReportPeriod.id.desc(), Union.code, Sheet.id)
    )
    rows = (Publishable(*row) for row in found)
    return [one for one in rows if is_ready(one.sheet, one.period)]


def list_withdrawn(session: Session, by: Actor, drive_id: int) -> list[PublishedSheet]:
    """Return the versions of a drive in the scope that were taken back, the newest first."""
    require(by, Permission.MANAGE_DRIVE)
    found = sa.select(PublishedSheet).where(
        PublishedSheet.drive_id == drive_id,
        PublishedSheet.union_id.in_(scope_of(by).unions()),
        PublishedSheet.withdrawn_at.is_not(None),
    )
    return list(session.scalars(found.order_by(PublishedSheet.number.desc())))
