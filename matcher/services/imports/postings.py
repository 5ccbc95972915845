"""Postings out of sheets (岗位): compared with those of one drive by natural key, and written."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.intake.drafts import JudgedRow, PostingDraft
from matcher.models.drives import Drive
from matcher.models.postings import Posting
from matcher.services import posting_steps
from matcher.services.imports.employers import EmployerBook
from matcher.services.imports.kinds import (
    BatchPlace,
    Writing,
    Written,
    insert_rows,
    read_before,
    slices,
    update_rows,
)
from matcher.services.imports.posting_seats import insert_seats, replace_open_seats, seats_of
from matcher.services.imports.posting_values import numbered_print, posting_values
from matcher.services.imports.rows import (
    StagedRow,
    Values,
    against_existing,
    digest_of,
    from_judged,
)
from matcher.services.permissions import SYSTEM, Scope

_COLUMNS = (
    "employer_id",
    "title",
    "headcount",
    "pledged",
    "duties",
    "conditions",
    "region_code",
    "place_text",
    "pay_text",
    "pay_low_yuan",
    "pay_high_yuan",
    "valid_from",
    "closes_on",
    "education_min",
    "education_text",
    "requirement",
    "directory",
    "issuer",
    "certificates",
    "occupation_code",
    "industry",
    "unit_kind",
    "work_form",
    "is_public_welfare",
    "state",
    "incomplete",
    "findings",
    "fingerprint",
    "import_digest",
)


class PostingImport:
    """Compares postings with those of one drive, and writes them."""

    def __init__(self, session: Session, place: BatchPlace) -> None:
        if place.drive_id is None:
            raise ValueError("postings belong to a drive")
        self._session = session
        self._place = place
        self._drive_id = place.drive_id
        self._employers = EmployerBook.load(session, Scope(place.union_id))
        self._prints: dict[str, list[str]] = {}
        """Digests of the file's postings without a number, by print, in their order."""

    def stage(self, rows: Sequence[JudgedRow]) -> list[StagedRow]:
        """Compare a slice with the drive's postings: two queries."""
        staged = [self._staged(judged) for judged in rows]
        existing = self._existing([row.values for row in staged if row.values])
        return [
            against_existing(row, existing.get(row.values["key"])) if row.values else row
            for row in staged
        ]

    def _staged(self, judged: JudgedRow) -> StagedRow:
        draft = judged.draft
        values = self._values(draft) if isinstance(draft, PostingDraft) else None
        if values is not None and not values["external_id"]:
            digests = self._prints.setdefault(values["key"], [])
            digest = digest_of(values)
            if digest not in digests:
                digests.append(digest)
            values = numbered_print(values, digests.index(digest) + 1)
        return from_judged(judged, values)

    def _values(self, draft: PostingDraft) -> Values:
        """Return a row's values with what is said of the whole table; unsaid, it stays as it was."""
        values = posting_values(draft)
        said = {"issuer": self._place.issuer, "directory": self._place.directory}
        of_table = {name: words for name, words in said.items() if words}
        return {**values, "posting": {**values["posting"], **of_table}}

    def _existing(self, values: Sequence[Values]) -> dict[str, tuple[int, str | None]]:
        """Return (id, digest) of the postings these values name, by key."""
        sources = {
            (f"employer:{employer_id}", value["external_id"]): value["key"]
            for value in values
            if value["external_id"]
            and (employer_id := self._employers.find(value["employer"])) is not None
        }
        found: dict[str, tuple[int, str | None]] = {}
        columns = sa.select(
            Posting.id,
            Posting.source,
            Posting.external_id,
            Posting.fingerprint,
            Posting.import_digest,
        ).where(Posting.drive_id == self._drive_id)
        for some in slices(number for _, number in sources):
            for row in self._session.execute(columns.where(Posting.external_id.in_(some))):
                key = sources.get((row.source, row.external_id))
                if key is not None:
                    found[key] = (row.id, row.import_digest)
        prints = [v["posting"]["fingerprint"] for v in values if not v["external_id"]]
        without_number = columns.where(Posting.external_id.is_(None))
        for some in slices(prints):
            for row in self._session.execute(without_number.where(Posting.fingerprint.in_(some))):
                found[f"print|{row.fingerprint}"] = (row.id, row.import_digest)
        return found

    def write(self, session: Session, rows: Sequence[Writing]) -> list[Written]:
        """Write employers first, then postings, then seats, then what the postings offer now."""
        for row in rows:
            if self._employers.find(row.values["employer"]) is None:
                self._employers.ask_for(row.values["employer"])
        made = self._employers.make_waiting(
            session, union_id=self._place.union_id, batch_id=self._place.batch_id
        )
        written = [
            *self._insert(session, [row for row in rows if row.target_id is None], made),
            *self._change(session, [row for row in rows if row.target_id is not None], made),
        ]
        posting_steps.note(session, SYSTEM, [row.target_id for row in written], "imported")
        return written

    def _employer_id(self, values: Values, made: dict[str, int]) -> int:
        known = self._employers.find(values["employer"])
        return known if known is not None else made[values["employer"]["key"]]

    def _insert(
        self, session: Session, rows: Sequence[Writing], made: dict[str, int]
    ) -> list[Written]:
        drive = session.get_one(Drive, self._drive_id, with_for_update=True)
        first = drive.next_posting_number
        drive.next_posting_number = first + len(rows)
        now = clock.now()
        columns = [
            {
                **_typed(row.values["posting"]),
                "public_id": new_public_id(),
                "drive_id": self._drive_id,
                "employer_id": (employer_id := self._employer_id(row.values, made)),
                "source": f"employer:{employer_id}",
                "external_id": row.values["external_id"],
                "lottery_number": first + number,
                "created_at": now,
                "import_batch_id": self._place.batch_id,
                "import_digest": row.digest,
                "version_id": 1,
            }
            for number, row in enumerate(rows)
        ]
        ids = insert_rows(session, Posting, columns)
        insert_seats(
            session, [(id_, row.values["seats"]) for id_, row in zip(ids, rows, strict=True)]
        )
        return [Written(row.row_id, id_, 1, None) for id_, row in zip(ids, rows, strict=True)]

    def _change(
        self, session: Session, rows: Sequence[Writing], made: dict[str, int]
    ) -> list[Written]:
        targets = [row.target_id for row in rows if row.target_id is not None]
        before = read_before(session, Posting, targets, _COLUMNS)
        seats = seats_of(session, targets)
        changes: dict[int, dict[str, Any]] = {}
        written = []
        for row in rows:
            target = row.target_id or 0
            changes[target] = {
                **_typed(row.values["posting"]),
                "employer_id": self._employer_id(row.values, made),
                "import_digest": row.digest,
            }
            was = {**before[target], "seats": seats.get(target, {})}
            written.append(Written(row.row_id, target, was["version_id"] + 1, was))
        update_rows(session, Posting, changes)
        replace_open_seats(session, {row.target_id or 0: row.values["seats"] for row in rows})
        return written


def _typed(columns: Values) -> Values:
    """Return columns with their dates as dates."""
    dated = {
        name: dt.date.fromisoformat(columns[name])
        for name in ("valid_from", "closes_on")
        if columns.get(name)
    }
    return {**columns, **dated}
