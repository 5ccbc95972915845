"""Rules of the column types every table uses, on SQLite and on PostgreSQL."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from matcher.db.base import Base, new_public_id
from matcher.kinds import UnionKind
from matcher.models.accounts import Account, OneTimeCode
from matcher.models.organisations import Union

_INSTANT = dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def _code(created_at: dt.datetime) -> OneTimeCode:
    return OneTimeCode(
        phone_index="x", purpose="p", code_hash="h", created_at=created_at, expires_at=_INSTANT
    )


def _union(code: str) -> Union:
    return Union(code=code, name="某某工会", kind=UnionKind.CITY)


def test_an_instant_comes_back_aware_and_in_utc(session: Session) -> None:
    session.add(_code(_INSTANT))
    session.flush()
    session.expire_all()

    stored = session.scalars(sa.select(OneTimeCode)).one().created_at

    assert stored == _INSTANT
    assert stored.utcoffset() == dt.timedelta(0)


def test_a_naive_instant_is_refused(session: Session) -> None:
    session.add(_code(_INSTANT.replace(tzinfo=None)))

    with pytest.raises(StatementError, match="aware"):
        session.flush()


def test_an_id_is_never_given_twice(session: Session) -> None:
    first = _union("a")
    session.add(first)
    session.flush()
    used = first.id
    session.delete(first)
    session.flush()

    second = _union("b")
    session.add(second)
    session.flush()

    assert second.id > used


def test_every_table_with_a_number_for_a_key_never_gives_it_twice() -> None:
    generated = [
        table
        for table in Base.metadata.sorted_tables
        if isinstance(table.autoincrement_column, sa.Column)
        and table.autoincrement_column.autoincrement is True
    ]

    assert len(generated) > 20
    assert all(table.dialect_options["sqlite"]["autoincrement"] for table in generated)


def test_a_closed_list_is_stored_by_value_and_held_by_the_database(session: Session) -> None:
    session.add(_union("a"))
    session.flush()
    assert session.scalar(sa.text("SELECT kind FROM union_org")) == UnionKind.CITY.value

    with pytest.raises(IntegrityError):
        session.execute(sa.text("UPDATE union_org SET kind = 'galaxy'"))


def test_a_public_id_is_random_and_fits_an_address() -> None:
    made = {new_public_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(len(one) == 18 and one.isalnum() for one in made)


def test_a_row_shows_its_type_and_id_but_no_person() -> None:
    shown = repr(Account(id=7, login="zhang", display_name="张三"))

    assert shown == "<Account 7>"


def test_every_version_column_is_used_as_one() -> None:
    with_column = [mapper for mapper in Base.registry.mappers if "version_id" in mapper.columns]

    assert with_column
    assert all(mapper.version_id_col is not None for mapper in with_column)
