"""Papers of payment lists: full cards leave for a reason and into the trail, the print keeps them masked."""

import io
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.models.audit import AuditEntry
from matcher.services.money import (
    cards,
    list_papers,
    list_steps,
    lists,
)
from matcher.services.money.list_papers import Paper
from tests.factories.money import (
    Paying,
    make_list,
    make_paying,
    make_student,
)


@pytest.fixture
def paying(session: Session) -> Paying:
    return make_paying(session)


def _code(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBrokenError) as refused:
        act()
    return refused.value.code


def test_a_card_in_full_takes_a_reason_and_stands_in_the_trail(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [child])
    line = lists.lines_of(session, made.id)[0].public_id

    with pytest.raises(InvalidInputError):
        cards.reveal_card(session, paying.clerk, made.id, line, reason="看")
    shown = cards.reveal_card(session, paying.clerk, made.id, line, reason="核对卡号")
    session.commit()

    found = sa.select(AuditEntry.details).where(AuditEntry.action == "number.revealed")
    told = session.scalars(found).one()
    assert shown == "6222021234567890"
    assert told == {"field": "card", "reason": "核对卡号"}


def test_the_table_for_the_bank_is_made_of_approved_lists_only_and_is_logged(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [child])

    def export() -> Paper:
        return list_papers.export_list(session, paying.clerk, made.public_id, reason="报银行代发")

    assert _code(export) == "list_not_approved"
    list_steps.submit_list(session, paying.clerk, made.id)
    list_steps.approve_list(session, paying.approver, made.id)
    paper = export()
    session.commit()

    page = openpyxl.load_workbook(io.BytesIO(paper.content)).active
    assert page is not None
    text = str(list(page.values))
    assert "6222021234567890" in text
    assert "王小春" in text
    assert "payment_list.exported" in set(session.scalars(sa.select(AuditEntry.action)))


def test_the_print_keeps_cards_masked(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    made = make_list(session, paying, [child])

    paper = list_papers.print_list(session, paying.clerk, made.public_id)

    assert paper.content.startswith(b"%PDF")
    assert b"6222021234567890" not in paper.content
