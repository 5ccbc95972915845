"""Booths for the day of `yangguang bench door --day`: employers with accounts, each on a phone of its own in the hall.

They are signed in as employers are, send the form of their booth's page with its token, and scan one visitor after the
other. Each phone has an address of its own, as on a mobile network.
"""

import re
import secrets
import urllib.parse
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import EmployerState, Role
from matcher.kinds.fairs import FairEmployerState
from matcher.models.accounts import Account, Membership
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fairs import Booth, FairEmployer, FairHall
from matcher.services import sign_in
from web.auth import COOKIE
from web.bench_door_wire import Said, Wire
from web.bench_door_world import MadeFair

_COLUMNS = 30
_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
_COOKIE = re.compile(rb"set-cookie: (yangguang_form=[^;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MadeBooth:
    """An employer's place at the fair and the session of who stands there."""

    place: str
    session_token: str
    number: int


def make_booths(factory: SessionFactory, fair: MadeFair, count: int) -> list[MadeBooth]:
    """Add so many employers with a booth and an account each, signed in."""
    with transaction(factory) as session:
        hall = FairHall(
            fair_id=fair.fair_id,
            name="一号厅",
            number=1,
            n_columns=_COLUMNS,
            n_rows=-(-count // _COLUMNS),
        )
        session.add(hall)
        session.flush()
        made: list[MadeBooth] = []
        for number in range(count):
            place, account = _employer(session, fair, hall.id, number)
            made.append(MadeBooth(place, sign_in.open_session(session, account), number))
        return made


def _employer(session: Session, fair: MadeFair, hall_id: int, number: int) -> tuple[str, int]:
    now = clock.now()
    employer = Employer(
        union_id=fair.union_id,
        name=f"第{number + 1}公司",
        state=EmployerState.VERIFIED,
        created_at=now,
    )
    account = Account(login=f"booth{number}", display_name=f"{number + 1} 号展位", created_at=now)
    session.add_all([employer, account])
    session.flush()
    session.add(Membership(account_id=account.id, role=Role.EMPLOYER, employer_id=employer.id))
    place = FairEmployer(
        fair_id=fair.fair_id,
        employer_id=employer.id,
        state=FairEmployerState.ACCEPTED,
        created_at=now,
    )
    session.add(place)
    session.flush()
    session.add(
        Booth(
            fair_id=fair.fair_id,
            hall_id=hall_id,
            label=f"A{number + 1}",
            column=number % _COLUMNS,
            row=number // _COLUMNS,
            fair_employer_id=place.id,
        )
    )
    return place.public_id, account.id


class BoothPhone:
    """Whoever stands at a booth, signed in."""

    def __init__(self, address: tuple[str, int], booth: MadeBooth) -> None:
        self._wire = Wire(address)
        self._booth = booth
        self._cookies = f"{COOKIE}={booth.session_token}"
        self._form_token = ""

    async def open(self) -> None:
        """Open the booth's page, as everybody does once, and keep its form's token."""
        said = await self._wire.ask(self._request("GET", f"/my-fairs/{self._booth.place}/booth"))
        token, cookie = _TOKEN.search(said.body), _COOKIE.search(said.head)
        if token is None or cookie is None:
            raise ValueError(f"the booth's page has no form: {said.status}")
        self._form_token = token[1].decode()
        self._cookies += f"; {cookie[1].decode()}"

    async def close(self) -> None:
        """Put the phone away."""
        await self._wire.close()

    async def scan(self, code: str) -> Said:
        """Scan a visitor's ticket; 303 leads to what may be read of the person."""
        form = {
            "code": code,
            "step": secrets.token_hex(12),
            "scanned": "true",
            "csrf_token": self._form_token,
        }
        body = urllib.parse.urlencode(form).encode()
        path = f"/my-fairs/{self._booth.place}/booth/scan"
        return await self._wire.ask(self._request("POST", path, body))

    def _request(self, method: str, path: str, body: bytes = b"") -> bytes:
        high, low = divmod(self._booth.number, 250)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._wire.host}\r\nCookie: {self._cookies}\r\n"
            f"X-Forwarded-For: 10.9.{high}.{low + 1}\r\n"
        )
        if body:
            head += (
                "Content-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n"
            )
        return head.encode() + b"\r\n" + body


@dataclass(frozen=True, slots=True)
class ContactsKept:
    """What the database holds of the booths' scans: people met, and rows of the log."""

    contacts: int
    steps: int


def count_contacts(factory: SessionFactory, fair_id: int) -> ContactsKept:
    """Count contacts of a fair and the steps they were written down with."""
    steps = sa.select(sa.func.count(FairContactStep.id)).join(
        FairContact, FairContact.id == FairContactStep.contact_id
    )
    with reading(factory) as session:
        contacts = sa.select(sa.func.count(FairContact.id)).where(FairContact.fair_id == fair_id)
        return ContactsKept(
            session.scalar(contacts) or 0,
            session.scalar(steps.where(FairContact.fair_id == fair_id)) or 0,
        )
