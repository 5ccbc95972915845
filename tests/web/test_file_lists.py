"""The pages of files take as many statements for three households as for thirty."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.household_facts import IncomeKind
from matcher.kinds.households import HardshipCause
from matcher.services.hardship import amounts, causes
from matcher.services.hardship.amounts import IncomeInput
from matcher.services.hardship.causes import CausesInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.files import child, holder, open_draft
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs


@pytest.fixture
def worker(sqlite_factory: SessionFactory) -> Actor:
    with transaction(sqlite_factory) as session:
        return make_actor(session, Role.CASEWORKER)


def _grow(factory: SessionFactory, worker: Actor, count: int) -> None:
    with transaction(factory) as session:
        for _ in range(count):
            file = open_draft(session, worker, holder(), child())
            facts = CausesInput(main=HardshipCause.SCHOOLING)
            causes.set_causes(session, worker, file.id, facts)


def _fill(factory: SessionFactory, worker: Actor, file_id: int, years: range) -> None:
    with transaction(factory) as session:
        for year in years:
            facts = IncomeInput(year=year, kind=IncomeKind.WAGE, amount_fen=1)
            amounts.record_income(session, worker, file_id, facts)


def _cost(factory: SessionFactory, client: PageClient, address: str) -> int:
    statements: list[object] = []

    def note(*arguments: object) -> None:
        statements.append(arguments[2])

    engine = factory.kw["bind"]
    client.get(address)  # what is read once a process is read here
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_lists_and_a_file_cost_the_same_for_few_and_for_many(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        file = open_draft(session, worker, holder(), child())
        file_id, public_id = file.id, file.public_id
    clerk = signed_in_as(worker)
    pages = ("/files", "/files?q=D", "/files?cause=schooling&order=holder", "/files/members")
    pages += (f"/files/{public_id}", f"/files/{public_id}/history")
    _grow(sqlite_factory, worker, 2)
    _fill(sqlite_factory, worker, file_id, range(2000, 2002))
    few = {page: _cost(sqlite_factory, clerk, page) for page in pages}

    _grow(sqlite_factory, worker, 27)
    _fill(sqlite_factory, worker, file_id, range(2002, 2022))

    assert {page: _cost(sqlite_factory, clerk, page) for page in pages} == few
