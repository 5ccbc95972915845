"""Taking a generated sheet in by the real import, the way a person does: staged, then committed."""

import hashlib
from pathlib import Path

from matcher.db.engine import SessionFactory, transaction
from matcher.intake import open_table
from matcher.kinds import ImportKind
from matcher.services.imports.batches import create_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.permissions import Actor


def take_in(
    factory: SessionFactory, by: Actor, kind: ImportKind, *, path: Path, drive_id: int
) -> None:
    """Import one workbook into a drive."""
    content = path.read_bytes()
    with transaction(factory) as session:
        batch_id = create_batch(
            session,
            by,
            kind,
            drive_id=drive_id,
            file_name=path.name,
            file_sha256=hashlib.sha256(content).hexdigest(),
        ).id
    stage_batch(factory, batch_id, open_table(content, path.name))
    commit_batch(factory, by, batch_id)
