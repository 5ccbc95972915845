"""Employers out of sheets (单位): by credit code anywhere, else by name within the union's tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import ring_of
from matcher.identity import mask_phone, normalise_phone
from matcher.intake.drafts import EmployerDraft, JudgedRow
from matcher.kinds import EmployerState, RowStatus
from matcher.models.employers import Employer
from matcher.services import posting_steps
from matcher.services.imports.kinds import (
    BatchPlace,
    Writing,
    Written,
    insert_rows,
    read_before,
    update_rows,
)
from matcher.services.imports.rows import (
    StagedRow,
    Values,
    against_existing,
    from_judged,
    own_problem,
)
from matcher.services.permissions import SYSTEM, Scope
from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.regions import load_regions
from matcher.vocabulary.text import normalise

_COLUMNS = (
    "name",
    "credit_code",
    "unit_kind",
    "industry",
    "region_code",
    "address",
    "size_text",
    "about",
    "contact_name",
    "is_labour_dispatch",
)
"""Columns a sheet fills."""

_CHANGED = (*_COLUMNS, "contact_phone_cipher", "contact_phone_masked", "import_digest")
"""Columns a change may touch, kept for undo."""


_KNOWN = own_problem(
    "employer_known",
    "这个统一社会信用代码已登记过，本表不改它的信息。",
    "如信息有误，请向上级工会核实。",
    severity="info",
)


def employer_key(name: str, credit_code: str | None) -> str:
    """Return the natural key of an employer."""
    return f"code:{credit_code}" if credit_code else f"name:{normalise(name)}"


def employer_values(draft: EmployerDraft, digest_place: str | None = None) -> Values:
    """Return the prepared columns of an employer; what is not said is None.

    Parameters
    ----------
    digest_place : a region already read beside the employer; used when its own is not said
    """
    industry = load_industries().find(draft.industry) if draft.industry else None
    return {
        "key": employer_key(draft.name, draft.credit_code),
        "name": draft.name,
        "credit_code": draft.credit_code,
        "unit_kind": draft.unit_kind.value if draft.unit_kind else None,
        "industry": industry.code if industry else None,
        "region_code": draft.place_code or _region_of(draft.name) or digest_place,
        "address": draft.address,
        "size_text": draft.unit_size,
        "about": draft.about,
        "contact_name": draft.contact_name,
        "contact_phone": draft.contact_phone,
        "is_labour_dispatch": "劳务派遣" in draft.name,
    }


def _region_of(name: str) -> str | None:
    """Return the region an employer's name begins with or holds, if it is certain."""
    found = load_regions().find(name)
    return found.code if found is not None and not found.ambiguous else None


@dataclass
class EmployerBook:
    """Employers by key as the tables have them, with what a batch adds.

    Loaded once per batch: a union's employers are thousands, not millions.
    """

    by_code: dict[str, int]
    by_name: dict[str, int]
    digests: dict[int, str | None]
    own: set[int] = field(default_factory=set)
    """Employers the scope keeps; others' are found by their code and never changed."""
    waiting: dict[str, Values] = field(default_factory=dict)
    """Employers to be made, by key."""

    @classmethod
    def load(cls, session: Session, scope: Scope) -> "EmployerBook":
        """Read keys of all employers with a code, and names of those in the scope."""
        chosen = sa.select(
            Employer.id,
            Employer.name,
            Employer.credit_code,
            Employer.import_digest,
            Employer.union_id.in_(scope.unions()).label("own"),
        ).order_by(Employer.id)
        by_code: dict[str, int] = {}
        by_name: dict[str, int] = {}
        digests: dict[int, str | None] = {}
        own: set[int] = set()
        for row in session.execute(chosen):
            digests[row.id] = row.import_digest
            if row.credit_code:
                by_code[row.credit_code] = row.id
            if row.own:
                own.add(row.id)
                by_name.setdefault(normalise(row.name), row.id)
        return cls(by_code, by_name, digests, own)

    def find(self, values: Values) -> int | None:
        """Return the id of the employer these values name; a code decides, else the name."""
        code = values["credit_code"]
        if code and code in self.by_code:
            return self.by_code[code]
        return self.by_name.get(normalise(values["name"]))

    def ask_for(self, values: Values) -> None:
        """Note an employer that must be made before the rows that name it."""
        self.waiting.setdefault(values["key"], values)

    def make_waiting(
        self, session: Session, *, union_id: int, batch_id: int, digests: bool = False
    ) -> dict[str, int]:
        """Insert the employers asked for, as 待核, and return their ids by key."""
        rows = [
            new_employer(session, values, union_id=union_id, batch_id=batch_id, digest=None)
            for values in self.waiting.values()
        ]
        if not rows:
            return {}
        made = insert_rows(session, Employer, rows)
        return dict(zip(self.waiting, made, strict=True))


def new_employer(
    session: Session, values: Values, *, union_id: int, batch_id: int, digest: str | None
) -> dict[str, Any]:
    """Return the row of a new employer; its contact's phone is sealed."""
    return {
        **{name: values[name] for name in _COLUMNS},
        **sealed_contact(session, values["contact_phone"]),
        "public_id": new_public_id(),
        "union_id": union_id,
        "state": EmployerState.PENDING,
        "created_at": clock.now(),
        "import_batch_id": batch_id,
        "import_digest": digest,
        "version_id": 1,
    }


def changed_employer(session: Session, values: Values, digest: str) -> dict[str, Any]:
    """Return the columns of a changed employer; what the sheet does not say stays as it is."""
    said = {name: values[name] for name in _COLUMNS if values[name] not in (None, "")}
    if values["contact_phone"]:
        said |= sealed_contact(session, values["contact_phone"])
    return {**said, "import_digest": digest}


def sealed_contact(session: Session, phone: str | None) -> dict[str, Any]:
    """Return the sealed columns of a contact's phone."""
    if not phone:
        return {"contact_phone_cipher": None, "contact_phone_masked": None}
    number = normalise_phone(phone)
    return {
        "contact_phone_cipher": ring_of(session).encrypt(number, "employer.contact_phone"),
        "contact_phone_masked": mask_phone(number),
    }


class EmployerImport:
    """Compares a sheet of employers with those there are, and writes it."""

    def __init__(self, session: Session, place: BatchPlace) -> None:
        self._place = place
        self._book = EmployerBook.load(session, Scope(place.union_id))

    def stage(self, rows: Sequence[JudgedRow]) -> list[StagedRow]:
        """Compare a slice; everything needed was read when the batch began."""
        return [self._judge(judged) for judged in rows]

    def _judge(self, judged: JudgedRow) -> StagedRow:
        draft = judged.draft
        if not isinstance(draft, EmployerDraft):
            return from_judged(judged, None)
        values = employer_values(draft)
        row = from_judged(judged, values)
        target = self._book.find(values)
        if target is not None and target not in self._book.own:
            return row.warned(_KNOWN).judged(RowStatus.SAME, target_id=target)
        return against_existing(
            row, None if target is None else (target, self._book.digests[target])
        )

    def write(self, session: Session, rows: Sequence[Writing]) -> list[Written]:
        """Insert new employers as 待核; change known ones by what the sheet says."""
        new = [row for row in rows if row.target_id is None]
        place = self._place
        columns = [
            new_employer(
                session,
                row.values,
                union_id=place.union_id,
                batch_id=place.batch_id,
                digest=row.digest,
            )
            for row in new
        ]
        ids = insert_rows(session, Employer, columns)
        written = [Written(row.row_id, id_, 1, None) for id_, row in zip(ids, new, strict=True)]
        old = [row for row in rows if row.target_id is not None]
        before = read_before(session, Employer, [row.target_id or 0 for row in old], _CHANGED)
        changes = {}
        for row in old:
            target = row.target_id or 0
            changes[target] = changed_employer(session, row.values, row.digest)
            was = before[target]
            written.append(Written(row.row_id, target, was["version_id"] + 1, was))
        update_rows(session, Employer, changes)
        for target, values in changes.items():
            if values.get("unit_kind") != before[target]["unit_kind"]:
                posting_steps.note_employer(session, SYSTEM, target)
        return written
