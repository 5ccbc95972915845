"""Payment lists (发放清单): made by one person, approved by another, marked paid once (`paying`).

Everybody paid is on a named card of their own. Equal aid from other hands is shown at the line, and a person decides
before the list goes on its way. A list that was returned is changed and sent again.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.money import DuplicateAnswer, PaymentListState
from matcher.models.households import HouseholdMember
from matcher.models.money import DuplicateDecision, PaymentLine, PaymentList
from matcher.policy.programmes import get_programme
from matcher.services import audit
from matcher.services.money import cards, duplicates
from matcher.services.money.people import Person, require_in_scope, whole_person
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, not_found, unique_or

SUBJECT, LINE = "payment_list", "payment_line"

APPLIED_FOR = {"tuition_aid": "tuition_application"}
"""Programmes whose lists take approved applications alone, at the sum the city's standard gave them."""


@dataclass(frozen=True, kw_only=True)
class ListInput:
    """A list to be made; without a union it is the actor's own."""

    programme: str
    title: str
    year: int
    union_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class LineInput:
    """Somebody's sum; the card is the member's own."""

    person: Person
    amount_fen: int
    subject: tuple[str, int] | None = None
    """The application it pays."""
    card: str | None = None
    """Number of a card of one's own, for who has none in a file."""
    bank_name: str | None = None


def create_list(session: Session, by: Actor, wish: ListInput) -> PaymentList:
    """Make a list of a programme that is paid by lists.

    Raises
    ------
    InvalidInputError
        No title, or a programme that is not paid by lists.
    """
    require(by, Permission.RECORD_MONEY)
    union_id = wish.union_id or by.union_id
    if union_id is None or not scope_of(by).admits(session, union_id):
        raise not_found()
    fields = {}
    try:
        programme = get_programme(wish.programme)
    except LookupError:
        programme = None
    if programme is None or not programme.is_listed:
        fields["programme"] = "请选择用发放清单发放的项目。"
    if not wish.title.strip():
        fields["title"] = "请填写清单名称。"
    if abs(wish.year - clock.today().year) > 1:
        fields["year"] = "年度应是今年、去年或明年。"
    if fields or programme is None:
        raise InvalidInputError("list_input", "清单有误，请修改标出的项目。", fields=fields)
    row = PaymentList(
        payer=programme.payer,
        programme=programme.code,
        union_id=union_id,
        title=wish.title.strip(),
        year=wish.year,
        state=PaymentListState.DRAFT,
        made_at=clock.now(),
        made_by_id=by.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        by,
        "payment_list.made",
        subject=(SUBJECT, row.id),
        programme=row.programme,
        year=row.year,
    )
    return row


def lock_list(
    session: Session, by: Actor, list_id: int, *, expected_version: int | None = None
) -> PaymentList:
    """Return a list of the actor's part of the tree, locked."""
    found = sa.select(PaymentList).where(
        PaymentList.id == list_id, PaymentList.union_id.in_(scope_of(by).unions())
    )
    row = first_or_missing(session, found, lock=True)
    expect_version(row, expected_version)
    return row


def lock_open(
    session: Session, by: Actor, list_id: int, expected: int | None = None
) -> PaymentList:
    """Return a list that may be changed, locked."""
    require(by, Permission.RECORD_MONEY)
    row = lock_list(session, by, list_id, expected_version=expected)
    if not row.state.is_open:
        raise RuleBrokenError("list_not_open", "清单已经提交，不能再修改；需要修改请先退回。")
    return row


def add_line(session: Session, by: Actor, list_id: int, wish: LineInput) -> PaymentLine:
    """Put somebody on an open list.

    Raises
    ------
    InvalidInputError
        No amount.
    RuleBrokenError
        The list is not open, pays approved applications alone, or what it pays stands on a list already.
    """
    row = lock_open(session, by, list_id)
    require_in_scope(session, by, wish.person)
    kind = wish.subject[0] if wish.subject else None
    if APPLIED_FOR.get(row.programme, kind) != kind:
        raise RuleBrokenError(
            "line_not_applied_for", "金秋助学只发给已批准的助学申请，金额按批准的标准。"
        )
    if wish.amount_fen <= 0:
        words = "金额应大于零。"
        raise InvalidInputError("line_input", words, fields={"amount": words})
    person = whole_person(session, wish.person)
    line = PaymentLine(
        list_id=row.id,
        graduate_id=person.graduate_id,
        member_id=person.member_id,
        household_id=person.household_id,
        purpose=get_programme(row.programme).purpose,
        amount_fen=wish.amount_fen,
        subject_kind=wish.subject[0] if wish.subject else None,
        subject_id=wish.subject[1] if wish.subject else None,
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    if wish.card:
        own = cards.typed_card(session, wish.card, wish.bank_name)
        line.card_cipher, line.card_masked, line.bank_name = own.cipher, own.masked, own.bank_name
    copy_card(session, line)
    on_a_list = RuleBrokenError("line_on_list", "这份申请已经在一张发放清单上。")
    with unique_or(session, on_a_list):
        session.add(line)
    audit.record(
        session,
        by,
        "payment_list.line_added",
        subject=(SUBJECT, row.id),
        line=line.id,
        amount_fen=line.amount_fen,
    )
    return line


def copy_card(session: Session, line: PaymentLine) -> None:
    """Take the member's own card as it stands now; a changed card is taken anew when the list is sent."""
    member = session.get(HouseholdMember, line.member_id) if line.member_id else None
    card = cards.card_of(session, member)
    if card is not None:
        line.card_cipher, line.card_masked, line.bank_name = (
            card.cipher,
            card.masked,
            card.bank_name,
        )


def lines_of(session: Session, list_id: int) -> list[PaymentLine]:
    """Return the lines of a list in the order they were put on."""
    found = sa.select(PaymentLine).where(PaymentLine.list_id == list_id).order_by(PaymentLine.id)
    return list(session.scalars(found))


def _line(session: Session, list_id: int, public_id: str) -> PaymentLine:
    found = sa.select(PaymentLine).where(
        PaymentLine.list_id == list_id, PaymentLine.public_id == public_id
    )
    return first_or_missing(session, found, lock=False)


def remove_line(session: Session, by: Actor, list_id: int, public_id: str) -> None:
    """Take somebody off an open list."""
    row = lock_open(session, by, list_id)
    line = _line(session, list_id, public_id)
    audit.record(session, by, "payment_list.line_removed", subject=(SUBJECT, row.id), line=line.id)
    session.delete(line)
    session.flush()


def discard_list(session: Session, by: Actor, list_id: int) -> None:
    """Do away with a list that is not on its way; what it was to pay can stand on another."""
    row = lock_open(session, by, list_id)
    audit.record(session, by, "payment_list.discarded", subject=(SUBJECT, row.id))
    session.execute(sa.delete(PaymentLine).where(PaymentLine.list_id == row.id))
    session.delete(row)
    session.flush()


def person_of(line: PaymentLine) -> Person:
    """Return whom a line pays."""
    return Person(
        graduate_id=line.graduate_id, member_id=line.member_id, household_id=line.household_id
    )


def decide_duplicate(
    session: Session,
    by: Actor,
    list_id: int,
    public_id: str,
    *,
    answer: DuplicateAnswer,
    reason: str,
) -> DuplicateDecision:
    """Decide on a line beside which equal aid stands; 不再发放 takes it off the list."""
    row = lock_open(session, by, list_id)
    line = _line(session, list_id, public_id)
    made = duplicates.decide(
        session,
        by,
        (LINE, line.id),
        person_of(line),
        line.purpose,
        year=row.year,
        answer=answer,
        reason=reason,
    )
    if answer is DuplicateAnswer.STOP:
        audit.record(
            session, by, "payment_list.line_removed", subject=(SUBJECT, row.id), line=line.id
        )
        session.delete(line)
        session.flush()
    return made
