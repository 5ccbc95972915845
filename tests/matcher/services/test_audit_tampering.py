"""A trail somebody laid hands on is found out, at the entry where they did."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.cli.entry import outcome
from matcher.db.engine import SessionFactory, reading
from matcher.models.audit import AuditEntry, AuditHead
from matcher.settings import Settings
from tests.factories.trail import verified, write_entries

_ANCHORS = "audit-heads.log"


@pytest.fixture
def tamper(sqlite_factory: SessionFactory) -> Callable[..., None]:
    """Give a function that does what only the owner of the database file can: lift the triggers, write."""

    def write(*statements: Any) -> None:
        engine = sqlite_factory.kw["bind"]
        with engine.begin() as connection:
            for name in connection.scalars(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)

    return write


_OTHER: dict[str, Any] = {
    "at": sa.func.datetime("now", "+1 hour"),
    "actor_id": 99,
    "role": "auditor",
    "place": "union:99",
    "on_behalf_of": 99,
    "action": "drive.closed",
    "subject_kind": "graduate",
    "subject_id": 99,
    "details": {"note": "y"},
    "previous_hash": "1" * 64,
    "hash": "2" * 64,
}
"""A wrong value for each column an entry has."""


def test_every_column_of_an_entry_is_tried() -> None:
    assert set(_OTHER) == {column.name for column in AuditEntry.__table__.columns} - {"number"}


@pytest.mark.parametrize("column", sorted(_OTHER))
def test_a_changed_field_is_found_at_its_entry(
    sqlite_factory: SessionFactory, tamper: Callable[..., None], column: str
) -> None:
    write_entries(sqlite_factory, "a.one", "a.two", "a.three")

    tamper(sa.update(AuditEntry).where(AuditEntry.number == 2).values({column: _OTHER[column]}))

    report = verified(sqlite_factory)
    assert (report.first_bad, report.reason) == (2, "changed")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_entry_is_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None], number: int
) -> None:
    write_entries(sqlite_factory, "a.one", "a.two", "a.three")

    tamper(sa.delete(AuditEntry).where(AuditEntry.number == number))

    assert verified(sqlite_factory).first_bad == number


def test_entries_that_changed_places_are_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    write_entries(sqlite_factory, "a.one", "a.two", "a.three")

    for old, new in ((1, 9), (2, 1), (9, 2)):
        tamper(sa.update(AuditEntry).where(AuditEntry.number == old).values(number=new))

    assert verified(sqlite_factory).first_bad == 1


def test_a_tail_cut_off_with_its_head_is_found_by_the_anchor_outside_the_database(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    write_entries(sqlite_factory, "a.one", "a.two", "a.three")
    with reading(sqlite_factory) as session:
        second = session.scalars(sa.select(AuditEntry).where(AuditEntry.number == 2)).one().hash

    tamper(
        sa.delete(AuditEntry).where(AuditEntry.number == 3),
        sa.update(AuditHead).values(number=2, hash=second),
    )

    report = verified(sqlite_factory)
    assert (report.first_bad, report.reason) == (3, "cut_off")


def test_a_whole_trail_thrown_away_is_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    write_entries(sqlite_factory, "a.one")

    tamper(sa.delete(AuditEntry), sa.delete(AuditHead))

    assert verified(sqlite_factory).first_bad == 1


def test_an_entry_written_past_the_product_is_found(
    sqlite_factory: SessionFactory, tamper: Callable[..., None]
) -> None:
    write_entries(sqlite_factory, "a.one")
    with reading(sqlite_factory) as session:
        first = session.scalars(sa.select(AuditEntry)).one()

    forged = {"number": 2, "at": first.at, "action": "a.two", "details": {}, "hash": "3" * 64}
    tamper(sa.insert(AuditEntry).values(**forged, previous_hash=first.hash))

    assert verified(sqlite_factory).first_bad == 2


def test_the_command_tells_by_its_exit_code_whether_the_trail_is_whole(
    sqlite_factory: SessionFactory,
    tamper: Callable[..., None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("matcher.cli.audit.open_house", lambda: sqlite_factory)
    write_entries(sqlite_factory, "a.one", "a.two")
    assert (settings.data / _ANCHORS).exists()

    whole, words = outcome(["audit", "verify"]), capsys.readouterr().out
    tamper(sa.update(AuditEntry).where(AuditEntry.number == 1).values(action="a.other"))
    broken, report = outcome(["audit", "verify", "--json"]), capsys.readouterr().out

    assert (whole, broken) == (0, 2)
    assert "2" in words
    assert json.loads(report)["first_bad"] == 1


def test_a_line_torn_by_a_power_cut_does_not_keep_the_trail_from_being_checked(
    sqlite_factory: SessionFactory, settings: Settings
) -> None:
    write_entries(sqlite_factory, "a.one", "a.two")
    with (settings.data / _ANCHORS).open("a") as stream:
        stream.write("3 5f")

    assert verified(sqlite_factory).first_bad is None
