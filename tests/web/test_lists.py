"""Every list costs the same for two rows and for eleven, and what htmx swaps in equals a full reload."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from matcher import clock
from matcher.db.engine import transaction
from matcher.kinds import Channel, DriveState, HardshipTier, ImportKind, Role, SeatClass
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.plans import PlanRun
from matcher.services import audit
from matcher.services.imports import batches
from matcher.services.permissions import GRANTS
from tests.factories.accounts import make_actor
from tests.factories.approvals import make_approval
from tests.factories.assessments import make_assessment, make_exit
from tests.factories.cases import make_case
from tests.factories.day import make_day_rows
from tests.factories.drives import make_drive, make_entry
from tests.factories.files import make_parts
from tests.factories.joins import make_join_rows
from tests.factories.people import make_graduate, make_household, make_member
from tests.factories.people_rights import make_story
from tests.factories.plan_rows import add_pin, add_seats
from tests.factories.postings import make_employer, make_posting
from tests.factories.ranked_drives import rank
from tests.factories.zero_employment import make_family_rows
from tests.support.pages import PageClient
from tests.web.fair_stages import grow_fair
from tests.web.house import House, Place, open_house
from tests.web.matrix_rows import OWN_ONLY
from tests.web.test_matrix import _address, _is_program, _rules
from web.fair_live_cache import KEY as LIVE_FIGURES

_MORE = 9
"""With four posts each they fit a graduate's list of 50: of more, chance says whether the own post is on it."""
_LONG_AGO = dt.date(2024, 4, 1)
_TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("lists")) as opened:
        yield opened


def _grow(session: Session, place: Place, count: int) -> None:
    """Insert more of everything that lists show, but drives: those change what pages choose."""
    union = session.get_one(Union, place.union_id)
    drive = session.get_one(Drive, place.drive_id)
    manager = place.actors[Role.DRIVE_MANAGER]
    for number in range(count):
        employer = make_employer(session, union)
        make_posting(session, drive, employer, headcount=2, reserved={SeatClass.HARDSHIP: 1})
        own = place.actors[Role.EMPLOYER].employer_id
        make_posting(session, drive, session.get_one(Employer, own))
        household = make_household(session, union, tier=HardshipTier.DEEP) if number % 2 else None
        if household is not None:
            _grow_work(session, place, household)
            make_parts(
                session, session.get_one(Household, place.household_id), year=1988 + count + number
            )
        graduate = make_graduate(session, union, household=household)
        make_entry(session, drive, graduate)
        _grow_plan(session, place, graduate)
        make_graduate(session, union, is_confirmed=False, entered_through=Channel.SELF)
        make_actor(session, Role.CASEWORKER, union=union)
        batches.create_batch(
            session,
            manager,
            ImportKind.POSTINGS,
            drive_id=drive.id,
            file_name="a.csv",
            file_sha256=f"{number:064d}",
        )
        audit.record(session, manager, "drive.opened", subject=("drive", drive.id))
        grow_fair(session, place, count + number)
    make_drive(
        session, union, name=f"过去的活动 {count}", state=DriveState.CLOSED, opens_on=_LONG_AGO
    )


def _grow_plan(session: Session, place: Place, graduate: Graduate) -> None:
    """Insert one more seat of the plan, and one more pin."""
    plan = session.scalars(sa.select(PlanRun).where(PlanRun.public_id == place.plan)).one()
    add_seats(session, plan, [graduate.id])
    add_pin(session, place.drive_id, graduate.id, place.posting_id)


def _grow_work(session: Session, place: Place, household: Household) -> None:
    """Insert the work on one more household: its way, its approval, its case, its joins, what a day brings."""
    worker = place.actors[Role.CASEWORKER]
    household.owner_id = worker.account_id
    member = make_member(session, household, is_holder=True)
    union = session.get_one(Union, household.union_id)
    graduate = make_graduate(session, union, household=household)
    make_family_rows(session, household, member)
    make_case(session, graduate, owner_id=worker.account_id, next_on=clock.today())
    make_approval(session, household)
    make_join_rows(session, household, graduate)
    make_day_rows(session, worker, graduate)
    make_assessment(session, household)
    make_exit(session, household)
    make_story(session, worker, graduate)


def _grow_and_rank(house: House, count: int) -> None:
    with transaction(house.factory) as session:
        _grow(session, house.own, count)
    rank(house.factory, house.own.drive_id)


def _lists(house: House) -> Iterator[tuple[Rule, Role]]:
    """Give every page whose mark names a role, with the first such role, and pages of one row as well."""
    for method, rule in _rules(house):
        wanted = getattr(house.app.view_functions[rule.endpoint], "needs", ())
        if method == "GET" and wanted and not _is_program(house, rule):
            kept_out = OWN_ONLY.get(rule.endpoint, ())
            yield (
                rule,
                next(r for r in Role if GRANTS[r] & set(wanted) and r not in kept_out),
            )


def _cost(house: House, client: PageClient, rule: Rule) -> int:
    """Return how many statements a page takes; figures kept in memory for seconds are asked for anew."""
    house.app.extensions.pop(LIVE_FIGURES, None)
    statements = []

    def note(*arguments: object) -> None:
        statements.append(arguments[2])

    engine = house.factory.kw["bind"]
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        answer = client.get(_address(house, rule, house.own))
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code < 400, (rule.rule, answer.status_code)
    return len(statements)


def test_every_page_takes_as_many_statements_for_few_rows_as_for_many(house: House) -> None:
    _grow_and_rank(house, 2)
    clients = {role: house.client(actor) for role, actor in house.own.actors.items()}
    pages = [(rule, clients[role]) for rule, role in _lists(house)]
    few = {}
    for rule, client in pages:
        _cost(house, client, rule)  # what is read once a process is read here
        few[rule.rule] = _cost(house, client, rule)

    _grow_and_rank(house, _MORE)

    dearer = {
        rule.rule: (few[rule.rule], cost)
        for rule, client in pages
        if (cost := _cost(house, client, rule)) > few[rule.rule]
    }
    assert dearer == {}


def _plain(text: str) -> str:
    """Return a page without its form tokens and with single spaces."""
    return re.sub(r"\s+", " ", _TOKEN.sub("", text)).strip()


@pytest.mark.parametrize("role", list(Role))
def test_what_htmx_swaps_in_is_what_a_reload_shows(house: House, role: Role) -> None:
    client = house.client(house.own.actors[role])
    differing = []
    for rule, _ in _lists(house):
        if not GRANTS[role] & set(house.app.view_functions[rule.endpoint].needs):
            continue
        address = _address(house, rule, house.own)
        part = client.get(address, headers={"HX-Request": "true"})
        whole = client.get(address)
        if part.status_code != 200 or whole.mimetype != "text/html":
            continue
        is_part = "<!doctype" not in part.text.lower() and "<!doctype" in whole.text.lower()
        if is_part and _plain(part.text) not in _plain(whole.text):
            differing.append(rule.rule)
        if is_part and "HX-Request" not in part.headers.get("Vary", ""):
            differing.append(f"{rule.rule}: Vary")

    assert differing == []
