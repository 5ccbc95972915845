"""The signed list a scanner takes along: browsers can check it, nobody is named, and places are lent exactly."""

import base64
import datetime as dt
import hashlib
import json
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.models.fair_visitors import DoorLoan, FairTicket
from matcher.models.fairs import Fair, FairSession
from matcher.services.doors.devices import Scanner
from matcher.services.doors.lent_places import count_one_more, set_aside
from matcher.services.doors.offline import SignedList, take_along
from matcher.services.doors.signing import public_key
from matcher.services.doors.tickets import ticket_code
from tests.factories.doors import make_scanner
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor

_ROW = 18


@pytest.fixture
def fair(session: Session) -> Fair:
    """Give a fair of today and tomorrow."""
    today = clock.today()
    return make_fair(session, first_on=today, last_on=today + dt.timedelta(days=1))


@pytest.fixture
def held(session: Session, fair: Fair) -> FairSession:
    """Give its session of today, for 100 people."""
    return make_session(session, fair, approved_number=100)


def _ticket(session: Session, fair: Fair, held: FairSession, **how: object) -> FairTicket:
    visitor = make_visitor(session, fair, name="欧阳小明", phone="13912345678")
    return make_ticket(session, visitor, held, **how)


def _said(found: SignedList) -> tuple[dict[str, Any], dict[bytes, int]]:
    """Return what the list says, and how each ticket stands by the hash of its code."""
    said = json.loads(found.payload)
    rows = base64.b64decode(said["rows"])
    cut = [rows[at : at + _ROW] for at in range(0, len(rows), _ROW)]
    assert cut == sorted(cut)
    return said, {one[:12]: one[-1] for one in cut}


def _verify(session: Session, found: SignedList, content: bytes) -> None:
    key = public_key(ring_of(session).signing_key)
    x, y = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "="), "big") for name in ("x", "y"))
    raw = base64.b64decode(found.signature)
    made = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    opened = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    opened.verify(made, content, ec.ECDSA(hashes.SHA256()))


def _take(session: Session, scanner: Scanner, *closed: str) -> SignedList:
    session.flush()
    return take_along(session, scanner, closed=frozenset(closed))


def test_the_signature_holds_for_the_list_and_for_no_other(
    session: Session, fair: Fair, held: FairSession
) -> None:
    _ticket(session, fair, held)

    found = _take(session, make_scanner(session, fair))

    _verify(session, found, found.payload.encode())
    with pytest.raises(InvalidSignature):
        _verify(session, found, found.payload.replace('"n_left":40', '"n_left":41').encode())


def test_each_ticket_is_there_by_its_hash_with_how_it_stands(
    session: Session, fair: Fair, held: FairSession
) -> None:
    now = clock.now()
    later = make_session(session, fair, held_on=fair.last_on)
    tickets = [
        _ticket(session, fair, held),
        _ticket(session, fair, held, admitted_at=now, is_inside=True),
        _ticket(session, fair, held, admitted_at=now),
        _ticket(session, fair, held, revoked_at=now),
        _ticket(session, fair, later),
    ]
    _ticket(session, make_fair(session), held=make_session(session))

    _, stands = _said(_take(session, make_scanner(session, fair)))

    codes = [ticket_code(session, one) for one in tickets]
    by_code = [stands[hashlib.sha256(code.encode()).digest()[:12]] for code in codes]
    assert by_code == [0, 1, 2, 3, 15 << 4]
    assert len(stands) == 5


def test_nobody_is_named_in_the_list_and_no_code_stands_in_it(
    session: Session, fair: Fair, held: FairSession
) -> None:
    ticket = _ticket(session, fair, held)

    found = _take(session, make_scanner(session, fair))

    rows = base64.b64decode(json.loads(found.payload)["rows"])
    for secret in ("欧阳小明", "13912345678", ticket_code(session, ticket)):
        assert secret not in found.payload
    assert ticket.serial not in rows


def test_all_scanners_together_are_lent_no_more_than_half_of_what_is_left(
    session: Session, fair: Fair, held: FairSession
) -> None:
    held.approved_number, held.n_entered = 100, 20

    lent = [
        _said(_take(session, make_scanner(session, fair)))[0]["sessions"][0]["n_left"]
        for _ in range(3)
    ]

    assert lent == [40, 0, 0]
    assert held.n_set_aside == 40


def test_asking_again_lends_nothing_more_and_closing_gives_back_first(
    session: Session, fair: Fair, held: FairSession
) -> None:
    scanner = make_scanner(session, fair)
    first = _said(_take(session, scanner))[0]["sessions"][0]
    again = _said(_take(session, scanner))[0]["sessions"][0]
    assert (again["loan"], again["n_left"]) == (first["loan"], 40)

    held.n_entered, held.n_inside = 50, 50
    shown = _said(_take(session, scanner))[0]["sessions"][0]
    assert shown["is_too_big"]
    new = _said(_take(session, scanner, first["loan"]))[0]["sessions"][0]

    assert new["loan"] != first["loan"]
    assert new["n_left"] == 25
    session.refresh(held)
    assert held.n_set_aside == 25
    assert session.scalar(sa.select(sa.func.count()).where(DoorLoan.settled_at.is_(None))) == 1


def test_the_hall_that_is_full_lends_nothing(
    session: Session, fair: Fair, held: FairSession
) -> None:
    fair.venue_capacity = 30
    held.n_entered = held.n_inside = 30

    said, _ = _said(_take(session, make_scanner(session, fair)))

    assert said["sessions"][0]["loan"] is None


def test_a_session_without_a_number_lends_nothing_and_says_so(session: Session, fair: Fair) -> None:
    make_session(session, fair, approved_number=None)

    said, _ = _said(_take(session, make_scanner(session, fair)))

    (one,) = said["sessions"]
    assert (one["is_limited"], one["loan"], one["n_left"]) == (False, None, 0)


def test_places_are_set_aside_and_counted_only_while_there_are_any(
    session: Session, held: FairSession
) -> None:
    held.approved_number, held.n_entered, held.n_set_aside = 10, 6, 2
    session.flush()

    assert not set_aside(session, held.id, 3, None)
    assert not set_aside(session, held.id, 2, 3)
    assert set_aside(session, held.id, 2, None)
    assert not count_one_more(session, held.id, was_set_aside=False)
    assert count_one_more(session, held.id, was_set_aside=True)

    session.refresh(held)
    assert (held.n_entered, held.n_inside, held.n_set_aside) == (7, 1, 3)
