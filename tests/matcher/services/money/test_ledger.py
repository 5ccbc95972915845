"""The ledger adds up whatever is reversed, counts people once, and the database itself refuses a change."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.money import EntrySource, Payer, ReversalReason
from matcher.models.money import LedgerEntry
from matcher.services.money import entries, ledger, totals
from matcher.services.money.entries import EntryFilter
from matcher.services.money.ledger import EntryInput, ReversalInput
from matcher.services.money.people import Person
from matcher.services.training import answers, certificates
from matcher.services.training.certificates import CertificateInput
from tests.factories.accounts import make_actor, make_union
from tests.factories.money import Paying, make_entry, make_paying, make_student
from tests.factories.people import make_graduate, make_household, make_id_number, make_member
from tests.factories.training import begin_today, make_course, make_training

_RETURNED = ReversalInput(reason=ReversalReason.RETURNED)


@pytest.fixture
def paying(session: Session) -> Paying:
    return make_paying(session)


def test_a_reversal_takes_the_whole_entry_back_in_its_own_year_once(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    last_year = clock.today().year - 1
    entry = make_entry(session, paying.clerk, Person(member_id=child.id), year=last_year)

    taken = ledger.reverse(session, paying.clerk, entry.id, _RETURNED)

    assert (taken.amount_fen, taken.year, taken.reverses_id) == (-100_000, last_year, entry.id)
    with pytest.raises(RuleBrokenError) as twice:
        ledger.reverse(session, paying.clerk, entry.id, _RETURNED)
    assert twice.value.code == "entry_reversed"
    with pytest.raises(RuleBrokenError) as again:
        ledger.reverse(session, paying.clerk, taken.id, _RETURNED)
    assert again.value.code == "entry_is_reversal"


def test_other_as_a_reason_needs_words_and_no_day_lies_before_the_entry(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    entry = make_entry(session, paying.clerk, Person(member_id=child.id))
    wrong = ReversalInput(
        reason=ReversalReason.OTHER, happened_on=clock.today() - dt.timedelta(days=1)
    )

    with pytest.raises(InvalidInputError) as refused:
        ledger.reverse(session, paying.clerk, entry.id, wrong)

    fields = refused.value.details["fields"]
    assert isinstance(fields, dict)
    assert set(fields) == {"happened_on", "note"}


@pytest.mark.parametrize(
    "change", [sa.update(LedgerEntry).values(amount_fen=1), sa.delete(LedgerEntry)]
)
def test_the_database_refuses_to_change_or_delete_an_entry(
    session: Session, paying: Paying, change: sa.Executable
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    make_entry(session, paying.clerk, Person(member_id=child.id))

    with pytest.raises(DatabaseError):
        session.execute(change)


def test_a_forgotten_account_and_an_emptied_note_are_no_change_of_an_entry(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    make_entry(session, paying.clerk, Person(member_id=child.id), note="凭证 12 号")

    session.execute(sa.update(LedgerEntry).values(actor_id=None, note=None))

    assert session.scalars(sa.select(LedgerEntry.note)).one() is None


def test_what_has_a_key_is_booked_once(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    person = Person(member_id=child.id)

    first = make_entry(session, paying.clerk, person, once_key="k")
    second = make_entry(session, paying.clerk, person, once_key="k")

    assert first.id == second.id


def test_money_of_others_is_recorded_with_who_gave_it_and_union_money_with_its_union(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    person = Person(member_id=child.id)

    outside = make_entry(
        session, paying.clerk, person, programme="civil_affairs", payer_name="区民政局"
    )
    own = make_entry(session, paying.clerk, person, payer_name="区民政局")

    assert (outside.payer, outside.payer_union_id) == (Payer.OTHER, None)
    assert outside.payer_name == "区民政局"
    assert (own.payer, own.payer_union_id) == (Payer.UNION, paying.clerk.union_id)
    assert own.payer_name is None


def test_nobody_books_for_people_or_unions_out_of_sight(session: Session, paying: Paying) -> None:
    elsewhere = make_union(session)
    _, stranger, _ = make_student(session, elsewhere)
    entry = EntryInput(
        programme="warmth",
        union_id=paying.clerk.union_id or 0,
        person=Person(member_id=stranger.id),
        year=clock.today().year,
        amount_fen=1,
        happened_on=clock.today(),
    )

    with pytest.raises(NotFoundError):
        ledger.record(session, paying.clerk, entry)
    with pytest.raises(NotFoundError):
        make_entry(session, paying.clerk, Person(member_id=stranger.id), union_id=elsewhere.id)
    with pytest.raises(NotAllowedError):
        ledger.record(session, paying.approver, entry)


def test_others_books_answer_like_missing_ones(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    entry = make_entry(session, paying.clerk, Person(member_id=child.id))
    stranger = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotFoundError):
        ledger.find_entry(session, stranger, entry.public_id)
    assert entries.list_entries(session, stranger, EntryFilter()).total == 0


def test_a_person_is_one_however_the_entries_name_them(session: Session, paying: Paying) -> None:
    """Member and graduate of one person; the same number in an old file and in a new one."""
    _, child, _ = make_student(session, paying.office.unit)
    graduate = make_graduate(session, paying.office.unit)
    make_entry(session, paying.clerk, Person(member_id=child.id))
    make_entry(session, paying.clerk, Person(graduate_id=graduate.id))
    child.graduate_id = graduate.id
    number = make_id_number()
    for is_open in (False, True):
        home = make_household(session, paying.office.unit, is_open=is_open) if is_open else None
        one = make_member(
            session,
            home or make_household(session, paying.office.unit),
            id_number=number,
            in_open_file=is_open,
        )
        make_entry(session, paying.clerk, Person(member_id=one.id))
    session.flush()
    nobodys = make_graduate(session, paying.office.unit)
    make_entry(session, paying.clerk, Person(graduate_id=nobodys.id))

    total = totals.by_payer(session, paying.clerk, EntryFilter())[Payer.UNION]

    assert (total.people, total.times, total.amount_fen) == (3, 5, 500_000)


def test_a_claim_of_the_training_subsidy_stands_in_the_ledger(session: Session) -> None:
    union = make_union(session)
    clerk = make_actor(session, Role.CASEWORKER, union=union)
    graduate = make_graduate(session, union)
    course = make_course(session, union, cost_fen=200_000)
    begin_today(session, course)
    referral = make_training(session, clerk, course, graduate)
    answers.accept(session, clerk, referral.id)
    answers.start(session, clerk, referral.id)
    answers.finish(session, clerk, referral.id)
    paper = CertificateInput(number="AB123456", issued_on=clock.today())
    certificates.certify(session, clerk, referral.id, paper)

    claim = certificates.claim_subsidy(
        session, clerk, referral.id, own_cost_fen=200_000, amount_fen=150_000
    )

    entry = session.scalars(sa.select(LedgerEntry)).one()
    assert (entry.subject_kind, entry.subject_id) == ("training_subsidy", claim.id)
    assert (entry.programme, entry.source) == ("union_training", EntrySource.CLAIM)
    assert (entry.amount_fen, entry.happened_on) == (150_000, claim.claimed_on)
