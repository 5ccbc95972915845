"""Rows of a fair for the walks over all addresses: one of everything its pages show, by the name it has in addresses.

Each area adds what its addresses name: a value in `names`, or in `of_area` where one name means something else there.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_papers import FairPrintKind, FairPrintState
from matcher.kinds.fair_paperwork import DutyKind, FilingOutcome, PlanPart
from matcher.kinds.fairs import FairState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairPrint
from matcher.models.fair_paperwork import FairDocument, FairFiling
from matcher.models.fair_visitors import DoorDevice
from matcher.models.fairs import Fair
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services import files
from matcher.services.doors.devices import hash_of
from matcher.services.fair_employers import prints
from matcher.services.fair_guests import guest_links
from matcher.services.files import FilePurpose
from matcher.services.permissions import SYSTEM
from tests.factories.booths import FloorRows, make_change, make_plan
from tests.factories.doors import make_conflict, make_loan, make_scanner
from tests.factories.fair_after import after_link, after_names
from tests.factories.fair_hall_rows import hall_names
from tests.factories.fair_papers import make_paper, make_print
from tests.factories.fairs import (
    make_booth,
    make_fair,
    make_fair_employer,
    make_fair_posting,
    make_hall,
    make_session,
    make_ticket,
    make_visitor,
)


@dataclass
class FairRows:
    """What stands in the addresses of a fair.

    Parameters
    ----------
    names : values by the name in the address, for all areas of fairs
    of_area : values by blueprint, where a name means another row than elsewhere
    """

    fair_id: int
    fair: str
    names: dict[str, Any]
    of_area: dict[str, dict[str, Any]]


def make_fair_rows(
    session: Session,
    drive: Drive,
    employer: Employer,
    posting: Posting,
    graduate: Graduate,
    **changes: object,
) -> FairRows:
    """Insert an announced fair of a drive with an employer, a booth, two visitors and a filing."""
    fair = make_fair(session, drive, **({"state": FairState.ANNOUNCED} | changes))
    held = make_session(session, fair)
    hall = make_hall(session, fair)
    place = make_fair_employer(session, fair, employer)
    booth = make_booth(session, hall, place)
    make_fair_posting(session, place, posting)
    visitor = make_visitor(session, fair, graduate)
    ticket = make_ticket(session, visitor, held)
    anybody = make_visitor(session, fair, phone="13800002046")
    filing = _filing(session, fair)
    scanner = make_scanner(session, fair)
    loan = make_loan(session, scanner, held, 5)
    conflict = make_conflict(session, scanner, held)
    paper, printed = make_paper(session, place), _printed(session, fair)
    return FairRows(
        fair_id=fair.id,
        fair=fair.public_id,
        names={
            "public_id": fair.public_id,
            "fair_public_id": fair.public_id,
            "token": fair.token,
            "held_id": held.public_id,
            "filing_id": filing.public_id,
            "document_id": _document(session, fair).public_id,
            "part": "fire",
            "place_id": place.public_id,
            "paper_id": paper.public_id,
            "print_id": printed.public_id,
            "hall_public_id": hall.public_id,
            "booth_public_id": booth.public_id,
            "plan_public_id": make_plan(session, FloorRows(fair, hall, [booth], [place])).public_id,
            "change_public_id": make_change(
                session, FloorRows(fair, hall, [booth], [place])
            ).public_id,
            "visitor_id": visitor.public_id,
            "anybody_id": anybody.public_id,
            "visitor": visitor.public_id,
            "ticket_id": ticket.id,
            "device_id": session.get_one(DoorDevice, scanner.id).public_id,
            "loan_id": loan.public_id,
            "conflict_id": conflict.public_id,
            **hall_names(session, place, held, booth, visitor),
            **after_names(session, place),
        },
        of_area={
            "own_visits": {"public_id": visitor.public_id},
            "visits": {"token": guest_links.token_of(session, anybody)},
            "fair_after": {"token": after_link(session, anybody)},
            "fair_exit": {"kind": "visitor"},
            "door_pairing": {"token": _pairing_link(session, fair)},
            **{
                area: {"public_id": place.public_id}
                for area in ("own_booth", "own_booth_people", "own_booth_slots")
            },
        },
    )


def _printed(session: Session, fair: Fair) -> FairPrint:
    """Insert a print with the file the product makes of it."""
    row = make_print(session, fair, kind=FairPrintKind.POSTS, state=FairPrintState.WAITING)
    return prints.keep(session, row.id, prints.make(session, row))


def _pairing_link(session: Session, fair: Fair) -> str:
    """Insert a scanner that waits to be paired and return its link's token."""
    token = "pairing-link"
    make_scanner(
        session,
        fair,
        token_hash=None,
        paired_at=None,
        pairing_hash=hash_of(f"{token}-{fair.id}"),
        pairing_expires_at=clock.now() + dt.timedelta(hours=1),
    )
    return f"{token}-{fair.id}"


def _document(session: Session, fair: Fair) -> FairDocument:
    stored = files.put_file(
        session,
        SYSTEM,
        b"%PDF-1.4",
        purpose=FilePurpose.FAIR_PAPER,
        file_name="fair-document.pdf",
        media_type="application/pdf",
        union_id=fair.union_id,
    )
    document = FairDocument(
        fair_id=fair.id, part=PlanPart.FIRE, file_id=stored.id, name="平面图", added_at=clock.now()
    )
    session.add(document)
    session.flush()
    return document


def _filing(session: Session, fair: Fair) -> FairFiling:
    filing = FairFiling(
        fair_id=fair.id,
        rule="large_event",
        kind=DutyKind.PERMIT,
        authority="县公安局",
        filed_on=clock.today(),
        outcome=FilingOutcome.PENDING,
        applied_for={"first_on": fair.first_on.isoformat()},
        approved_numbers={},
        entered_at=clock.now(),
    )
    session.add(filing)
    session.flush()
    return filing
