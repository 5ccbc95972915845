"""Papers of a file: scans sealed, validity told, addable while the file is in approval."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.household_facts import (
    IncomeKind,
    PaperKind,
    VisitOutcome,
)
from matcher.kinds.households import FileState
from matcher.models.households import Household
from matcher.services.hardship import (
    amounts,
    documents,
    visits,
)
from matcher.services.hardship.amounts import IncomeInput
from matcher.services.hardship.documents import DocumentInput, Scan
from matcher.services.hardship.visits import VisitInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.files import child, holder, open_draft
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")
WAGE = IncomeInput(year=2025, kind=IncomeKind.WAGE, amount_fen=3_023_900)


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


@pytest.fixture
def file(session: Session, worker: Actor) -> Household:
    return open_draft(session, worker, holder(), child())


def test_visits_and_papers_may_be_added_while_the_file_is_in_approval(
    session: Session, worker: Actor, file: Household
) -> None:
    file.state = FileState.IN_APPROVAL
    met = VisitInput(visited_on=TODAY, outcome=VisitOutcome.MET, visitors="李")

    visits.record_visit(session, worker, file.id, met)
    documents.record_document(session, worker, file.id, DocumentInput(kind=PaperKind.IDENTITY))

    with pytest.raises(RuleBrokenError) as refused:
        amounts.record_income(session, worker, file.id, WAGE)
    assert refused.value.code == "file_in_approval"


def test_a_scan_is_what_its_first_bytes_say_and_only_the_whole_file_opens_it(
    session: Session, worker: Actor, file: Household
) -> None:
    facts = DocumentInput(kind=PaperKind.DIAGNOSIS)
    with pytest.raises(InvalidInputError):
        documents.record_document(session, worker, file.id, facts, Scan(b"MZ", "application/pdf"))
    paper = documents.record_document(
        session, worker, file.id, facts, Scan(b"%PDF-1", "application/pdf")
    )
    colleague = make_actor(session, Role.CASEWORKER)
    colleague = Actor(colleague.account_id, Role.CASEWORKER, union_id=worker.union_id)

    assert documents.read_scan(session, worker, file.id, paper.public_id)[1] == b"%PDF-1"
    with pytest.raises(NotFoundError):
        documents.read_scan(session, colleague, file.id, paper.public_id)


def test_a_paper_says_whether_it_still_holds(
    session: Session, worker: Actor, file: Household
) -> None:
    said = {}
    for word, days in (("over", -1), ("soon", 10), ("good", 100)):
        until = TODAY + dt.timedelta(days=days)
        facts = DocumentInput(kind=PaperKind.IDENTITY, valid_until=until)
        paper = documents.record_document(session, worker, file.id, facts)
        said[word] = documents.stands(paper, TODAY)

    assert said == {"over": "over", "soon": "soon", "good": "good"}
    assert session.scalar(sa.select(sa.func.count()).select_from(Household)) == 1
