"""Files lie encrypted under their hash, are read by who may, and go when their time is over."""

import datetime as dt
import os

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.errors import NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.models.audit import AuditEntry
from matcher.models.files import StoredFile
from matcher.services import files
from matcher.services.files import FilePurpose
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union

CONTENT = "姓名,身份证号\n张三,640104200306150018\n".encode() * 50


@pytest.fixture
def manager(session: Session) -> Actor:
    return make_actor(session, Role.DRIVE_MANAGER)


def _put(session: Session, by: Actor, **changes: object) -> StoredFile:
    fields: dict[str, object] = {
        "purpose": FilePurpose.UPLOAD,
        "file_name": "名册.csv",
        "media_type": "text/csv",
    }
    return files.put_file(session, by, CONTENT, **(fields | changes))  # type: ignore[arg-type]


def test_a_file_comes_back_as_it_was_and_lies_encrypted(session: Session, manager: Actor) -> None:
    stored = _put(session, manager, file_name="..\\..\\etc/名册.csv")

    again, content = files.get_file(session, manager, stored.public_id)

    assert (again.id, content, again.file_name) == (stored.id, CONTENT, "名册.csv")
    (path,) = settings_of(session).files.glob("??/*")
    assert "张三".encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_equal_contents_are_kept_once(session: Session, manager: Actor) -> None:
    first, second = _put(session, manager), _put(session, manager)

    assert first.public_id != second.public_id
    assert len(list(settings_of(session).files.glob("??/*"))) == 1


def test_every_reading_is_logged(session: Session, manager: Actor) -> None:
    stored = _put(session, manager)
    files.get_file(session, manager, stored.public_id)
    session.commit()

    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == ["file.stored", "file.read"]


def test_others_do_not_read_it(session: Session, manager: Actor) -> None:
    stored = _put(session, manager)
    stranger = make_actor(session, Role.DRIVE_MANAGER)
    colleague = Actor(manager.account_id, Role.FAIR_ORGANISER, union_id=manager.union_id)

    with pytest.raises(NotFoundError):
        files.get_file(session, stranger, stored.public_id)
    with pytest.raises(NotAllowedError):
        files.get_file(session, colleague, stored.public_id)
    with pytest.raises(NotFoundError):
        _put(session, manager, union_id=make_union(session).id)


def test_a_file_past_its_time_is_gone_at_once_and_from_the_disk_after_the_sweep(
    session: Session, manager: Actor
) -> None:
    stored, licence = _put(session, manager), _put(session, manager, purpose=FilePurpose.LICENCE)
    stored.expires_at = clock.now() - dt.timedelta(seconds=1)
    session.flush()
    (path,) = settings_of(session).files.glob("??/*")
    os.utime(path, (1, 1))

    with pytest.raises(NotFoundError):
        files.get_file(session, manager, stored.public_id)
    expired = files.expire_files(session)
    kept = files.sweep_files(session)
    session.delete(licence)
    session.flush()
    swept = files.sweep_files(session)

    assert (expired, kept, swept, path.exists()) == (1, 0, 1, False)


def test_a_fresh_file_nobody_names_yet_is_not_swept(session: Session, manager: Actor) -> None:
    _put(session, manager)
    session.rollback()

    assert files.sweep_files(session) == 0
    assert len(list(settings_of(session).files.glob("??/*"))) == 1
