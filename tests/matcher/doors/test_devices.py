"""Rules of the scanners at the door: paired once by a link, shut out at once, seen by their own union."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.models.audit import AuditEntry
from matcher.models.fair_visitors import DoorDevice
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.services.doors import devices
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.fairs import make_fair


def organiser_of(session: Session, fair: Fair) -> Actor:
    """Insert a fair organiser of the fair's union."""
    return make_actor(session, Role.FAIR_ORGANISER, union=session.get_one(Union, fair.union_id))


def test_a_link_pairs_one_scanner_once(session: Session) -> None:
    fair = make_fair(session)
    device, link = devices.add_device(session, organiser_of(session, fair), fair.id, "东门 1")

    found, own = devices.pair(session, link)

    assert found.id == device.id
    scanner = devices.scanner_of(session, own)
    assert (scanner.id, scanner.fair_id, scanner.name) == (device.id, fair.id, "东门 1")
    with pytest.raises(NotFoundError):
        devices.pair(session, link)


def test_looking_at_a_link_does_not_use_it_up(session: Session) -> None:
    fair = make_fair(session)
    _, link = devices.add_device(session, organiser_of(session, fair), fair.id, "东门")

    devices.look_at_link(session, link)
    devices.look_at_link(session, link)

    assert devices.pair(session, link)


def test_neither_link_nor_token_can_be_read_from_the_database(session: Session) -> None:
    fair = make_fair(session)
    device, link = devices.add_device(session, organiser_of(session, fair), fair.id, "东门")
    _, own = devices.pair(session, link)
    session.refresh(device)

    kept = " ".join(str(value) for value in vars(device).values())

    assert link not in kept
    assert own not in kept


def test_a_link_ends_after_a_day(session: Session) -> None:
    fair = make_fair(session)
    device, link = devices.add_device(session, organiser_of(session, fair), fair.id, "东门")
    device.pairing_expires_at = clock.now()
    session.flush()

    with pytest.raises(NotFoundError):
        devices.look_at_link(session, link)


@pytest.mark.parametrize("token", ["", "no such token", "x" * 1000])
def test_who_has_no_token_is_no_scanner(session: Session, token: str) -> None:
    with pytest.raises(NotAllowedError):
        devices.scanner_of(session, token)


def test_a_scanner_is_shut_out_at_once_and_by_a_new_link(session: Session) -> None:
    fair = make_fair(session)
    by = organiser_of(session, fair)
    device, link = devices.add_device(session, by, fair.id, "东门")
    _, own = devices.pair(session, link)

    devices.revoke_device(session, by, device.id)
    with pytest.raises(NotAllowedError):
        devices.scanner_of(session, own)
    _, second = devices.renew_link(session, by, device.id)
    _, new = devices.pair(session, second)

    assert devices.scanner_of(session, new).id == device.id
    with pytest.raises(NotAllowedError):
        devices.scanner_of(session, own)


def test_a_new_link_shuts_out_who_was_paired_by_the_old_one(session: Session) -> None:
    fair = make_fair(session)
    by = organiser_of(session, fair)
    device, link = devices.add_device(session, by, fair.id, "东门")
    _, own = devices.pair(session, link)

    devices.renew_link(session, by, device.id)

    with pytest.raises(NotAllowedError):
        devices.scanner_of(session, own)


def test_a_scanner_lasts_until_the_day_after_the_fair(session: Session) -> None:
    fair = make_fair(session)
    device, _ = devices.add_device(session, organiser_of(session, fair), fair.id, "东门")

    ends = clock.in_china(device.expires_at)

    assert ends.date() == fair.last_on + dt.timedelta(days=2)
    assert ends.time() == dt.time()


def test_scanners_of_other_unions_do_not_exist(session: Session) -> None:
    fair = make_fair(session)
    device, _ = devices.add_device(session, organiser_of(session, fair), fair.id, "东门")
    stranger = make_actor(session, Role.FAIR_ORGANISER)

    for act in (
        lambda: devices.add_device(session, stranger, fair.id, "西门"),
        lambda: devices.renew_link(session, stranger, device.id),
        lambda: devices.revoke_device(session, stranger, device.id),
        lambda: devices.list_devices(session, stranger, fair.id),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_only_who_manages_fairs_makes_scanners(session: Session) -> None:
    fair = make_fair(session)
    union = session.get_one(Union, fair.union_id)
    caseworker = make_actor(session, Role.CASEWORKER, union=union)

    with pytest.raises(NotAllowedError):
        devices.add_device(session, caseworker, fair.id, "东门")


@pytest.mark.parametrize("name", ["", "   ", "门" * 41], ids=["none", "blank", "long"])
def test_a_scanner_has_a_name(session: Session, name: str) -> None:
    fair = make_fair(session)

    with pytest.raises(InvalidInputError):
        devices.add_device(session, organiser_of(session, fair), fair.id, name)


def test_making_and_shutting_out_are_in_the_trail(session: Session) -> None:
    fair = make_fair(session)
    by = organiser_of(session, fair)
    device, _ = devices.add_device(session, by, fair.id, "东门")
    devices.renew_link(session, by, device.id)
    devices.revoke_device(session, by, device.id)
    devices.revoke_device(session, by, device.id)
    session.commit()

    acts = session.scalars(
        sa.select(AuditEntry.action)
        .where(AuditEntry.subject_kind == "door_device")
        .order_by(AuditEntry.number)
    )

    assert list(acts) == ["door_device.added", "door_device.link_renewed", "door_device.revoked"]


def test_when_a_scanner_was_seen_is_noted_by_the_minute(session: Session) -> None:
    fair = make_fair(session)
    device, link = devices.add_device(session, organiser_of(session, fair), fair.id, "东门")
    _, own = devices.pair(session, link)

    devices.note_seen(session, devices.scanner_of(session, own))
    session.refresh(device)
    first = device.last_seen_at
    devices.note_seen(session, devices.scanner_of(session, own))
    session.refresh(device)

    assert first is not None
    assert device.last_seen_at == first
    listed = devices.list_devices(session, organiser_of(session, fair), fair.id)
    assert [one.id for one in listed] == [device.id]
    assert session.scalar(sa.select(sa.func.count(DoorDevice.id))) == 1
