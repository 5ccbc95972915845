"""Imported editions of catalogues and directories (专业目录版次): storing them, and having them in force.

An edition is stored whole, in one transaction, with what it changes told before. A table that lacks
much of what is in force, or has refused rows, counts as a list of additions (增补): no major ends because
somebody's sheet was incomplete. Every process asks with one small query whether it has what is in force
today (`adopt`), so that an import is seen without a restart.
"""

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import MajorLevel
from matcher.models.catalogues import CatalogueEdition, CatalogueNode
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.vocabulary.majors.catalogue import adopt_editions
from matcher.vocabulary.majors.directory_rows import (
    DirectoryRow,
    DirectoryTable,
    adopt_directories,
)
from matcher.vocabulary.majors.editions import EditionRow, EditionTable
from matcher.vocabulary.majors.nodes import LEVEL_OF_NAMESPACE

Signature = tuple[tuple[str, str, dt.date, bool], ...]
_lock = threading.Lock()
_in_force: list[Signature] = [()]


def adopt(session: Session) -> bool:
    """Put the editions of this installation in force in this process; return whether that changed any.

    Called before every request and job: one query over a handful of rows.
    """
    found = _signature(session, clock.today())
    if found == _in_force[0]:
        return False
    with _lock:
        names = {edition[0] for edition in found}
        tables = stored_editions(session, names)
        directories = stored_directories(session, names)
        adopt_editions(tables)
        adopt_directories(directories)
        _in_force[0] = found
    return True


def give_up() -> None:
    """Have the shipped catalogues in force again in this process."""
    with _lock:
        adopt_editions(())
        adopt_directories(())
        _in_force[0] = ()


def _signature(session: Session, today: dt.date) -> Signature:
    """Return what should be in force: editions of a later day wait, directories are named by their year."""
    edition = CatalogueEdition
    chosen = sa.select(edition.name, edition.digest, edition.valid_from, edition.whole).where(
        sa.or_(edition.valid_from <= today, edition.issuer.is_not(None))
    )
    rows = session.execute(chosen.order_by(edition.name))
    return tuple((row.name, row.digest, row.valid_from, row.whole) for row in rows)


def _rows(session: Session, edition_id: int) -> Sequence[CatalogueNode]:
    chosen = sa.select(CatalogueNode).where(CatalogueNode.edition_id == edition_id)
    return session.scalars(chosen.order_by(CatalogueNode.position)).all()


def _editions(session: Session, names: set[str] | None) -> list[CatalogueEdition]:
    chosen = sa.select(CatalogueEdition).order_by(CatalogueEdition.valid_from, CatalogueEdition.id)
    return [e for e in session.scalars(chosen) if names is None or e.name in names]


def stored_editions(session: Session, names: set[str] | None = None) -> tuple[EditionTable, ...]:
    """Return the stored editions of catalogues, oldest first."""
    return tuple(
        EditionTable(
            edition.name,
            edition.namespace,
            edition.valid_from,
            edition.whole,
            tuple(
                EditionRow(
                    row.code, row.name, row.kind, row.parent, tuple(row.former_names), row.note
                )
                for row in _rows(session, edition.id)
            ),
        )
        for edition in _editions(session, names)
        if edition.namespace is not None
    )


def stored_directories(
    session: Session, names: set[str] | None = None
) -> tuple[DirectoryTable, ...]:
    """Return the stored directories."""
    return tuple(
        DirectoryTable(
            edition.issuer,
            edition.year,
            edition.title,
            tuple(
                DirectoryRow(
                    row.level, row.kind, row.code, row.name, row.parent, tuple(row.former_names)
                )
                for row in _rows(session, edition.id)
            ),
        )
        for edition in _editions(session, names)
        if edition.issuer is not None and edition.year is not None
    )


def digest_of(table: EditionTable | DirectoryTable) -> str:
    """Return what a table is known by: whose it is, and its rows in any order."""
    words = asdict(table)
    for said_elsewhere in ("name", "valid_from", "whole"):
        words.pop(said_elsewhere, None)
    words["rows"] = sorted(json.dumps(row, ensure_ascii=False) for row in words["rows"])
    return hashlib.sha256(
        json.dumps(words, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


def stored_twin(session: Session, table: EditionTable | DirectoryTable) -> CatalogueEdition | None:
    """Return the stored edition with the same rows, whatever its name."""
    chosen = sa.select(CatalogueEdition).where(CatalogueEdition.digest == digest_of(table))
    return session.scalar(chosen.order_by(CatalogueEdition.id).limit(1))


def stored_named(session: Session, name: str) -> CatalogueEdition | None:
    """Return the stored edition of a name."""
    return session.scalar(sa.select(CatalogueEdition).where(CatalogueEdition.name == name))


def store(
    session: Session, by: Actor, table: EditionTable | DirectoryTable, *, file_name: str
) -> str:
    """Store an edition under its name; return "new", "replaced", or "same" where nothing changes."""
    require(by, Permission.MANAGE_ACCOUNTS)
    made = _edition_of(table)
    made.digest = digest_of(table)
    there = session.scalar(
        sa.select(CatalogueEdition).where(CatalogueEdition.name == made.name).with_for_update()
    )
    if there is not None:
        said = (made.digest, made.title, made.valid_from, made.whole)
        if said == (there.digest, there.title, there.valid_from, there.whole):
            return "same"
        session.execute(sa.delete(CatalogueNode).where(CatalogueNode.edition_id == there.id))
        there.digest, there.title, there.valid_from, there.whole = said
    state = "new" if there is None else "replaced"
    kept = there or made
    kept.file_name, kept.imported_at, kept.imported_by_id = file_name, clock.now(), by.account_id
    session.add(kept)
    session.flush()
    nodes = [{**node, "edition_id": kept.id} for node in _node_values(table)]
    if nodes:
        session.execute(sa.insert(CatalogueNode), nodes)
    act = "catalogue.imported" if there is None else "catalogue.replaced"
    subject = ("catalogue_edition", kept.id)
    audit.record(session, by, act, subject=subject, edition=kept.name, rows=len(nodes))
    return state


def _edition_of(table: EditionTable | DirectoryTable) -> CatalogueEdition:
    if isinstance(table, EditionTable):
        return CatalogueEdition(
            name=table.name,
            namespace=table.namespace,
            title=table.name,
            valid_from=table.valid_from,
            whole=table.whole,
        )
    return CatalogueEdition(
        name=f"{table.issuer}{table.year}",
        issuer=table.issuer,
        year=table.year,
        title=table.title,
        valid_from=dt.date(table.year, 1, 1),
        whole=True,
    )


def _node_values(table: EditionTable | DirectoryTable) -> list[dict[str, object]]:
    if isinstance(table, EditionTable):
        level = LEVEL_OF_NAMESPACE[table.namespace]
        return [
            _values(at, level, row.kind, row.code, row.name)
            | {"parent": row.parent_code, "former_names": list(row.former_names), "note": row.note}
            for at, row in enumerate(table.rows)
        ]
    return [
        _values(at, row.level, row.kind, row.code, row.name)
        | {"parent": row.parent, "former_names": list(row.old_names), "note": ""}
        for at, row in enumerate(table.rows)
    ]


def _values(at: int, level: MajorLevel, kind: str, code: str, name: str) -> dict[str, object]:
    return {"position": at, "level": level, "kind": kind, "code": code, "name": name}
