"""Totals of the ledger: years, payers and people add up to the entries counted one by one."""

from collections import Counter

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory
from matcher.kinds.money import Payer, ReversalReason
from matcher.models.households import HouseholdMember
from matcher.models.money import LedgerEntry
from matcher.services.money import entries, ledger, totals
from matcher.services.money.entries import EntryFilter
from matcher.services.money.ledger import ReversalInput
from matcher.services.money.people import Person
from tests.factories.money import Paying, make_entry, make_paying, make_student

_RETURNED = ReversalInput(reason=ReversalReason.RETURNED)


@pytest.fixture
def paying(session: Session) -> Paying:
    return make_paying(session)


def test_payers_are_never_drawn_together(session: Session, paying: Paying) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    person = Person(member_id=child.id)
    make_entry(session, paying.clerk, person, programme="union_job_search")
    make_entry(session, paying.clerk, person, programme="gov_job_search", amount_fen=150_000)

    found = entries.list_entries(session, paying.clerk, EntryFilter())
    by_payer = totals.by_payer(session, paying.clerk, EntryFilter())

    assert found.sums_fen == {Payer.UNION: 100_000, Payer.GOVERNMENT: 150_000}
    assert {payer: one.amount_fen for payer, one in by_payer.items()} == found.sums_fen


def test_the_three_years_of_a_county_come_out_of_the_ledger(
    session: Session, paying: Paying
) -> None:
    _, child, _ = make_student(session, paying.office.unit)
    _, other, _ = make_student(session, paying.office.unit)
    this_year = clock.today().year
    for year, people in ((this_year - 2, 1), (this_year - 1, 2), (this_year, 2)):
        for one in (child, other)[:people]:
            make_entry(session, paying.clerk, Person(member_id=one.id), year=year)
    make_entry(session, paying.clerk, Person(member_id=child.id), year=this_year - 3)

    years, lines = totals.three_years(
        session, paying.clerk, EntryFilter(union_id=paying.office.county.id), this_year
    )

    assert years == (this_year - 2, this_year - 1, this_year)
    assert [(line.programme, [one.people for one in line.totals]) for line in lines] == [
        ("tuition_aid", [1, 2, 2])
    ]


_ACTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 2),
        st.sampled_from(["tuition_aid", "warmth", "gov_job_search", "civil_affairs"]),
        st.integers(1, 1_000_000),
        st.booleans(),
    ),
    max_size=12,
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(acts=_ACTS)
def test_totals_equal_the_entries_counted_one_by_one(
    session_factory: SessionFactory, acts: list[tuple[int, int, str, int, bool]]
) -> None:
    """People once, person-times without what was reversed, sums plain: at each payer, programme and year."""
    with session_factory() as session:
        paying = make_paying(session)
        people = [make_student(session, paying.office.unit)[1] for _ in range(4)]
        for who, back, programme, amount, reversed_too in acts:
            entry = make_entry(
                session,
                paying.clerk,
                Person(member_id=people[who].id),
                programme=programme,
                year=clock.today().year - back,
                amount_fen=amount,
            )
            if reversed_too:
                ledger.reverse(session, paying.clerk, entry.id, _RETURNED)

        found = totals.by_programme_year(session, paying.clerk, EntryFilter())

        assert {(one.programme, one.year): _plain(one.total) for one in found} == _counted(
            people, acts
        )
        sums = entries.list_entries(session, paying.clerk, EntryFilter()).sums_fen
        rows = session.execute(sa.select(LedgerEntry.payer, LedgerEntry.amount_fen)).all()
        plain = Counter[Payer]()
        for payer, amount in rows:
            plain[payer] += amount
        assert sums == dict(plain)


def _plain(total: totals.Total) -> tuple[int, int, int]:
    return total.amount_fen, total.people, total.times


def _counted(
    people: list[HouseholdMember], acts: list[tuple[int, int, str, int, bool]]
) -> dict[tuple[str, int], tuple[int, int, int]]:
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for who, back, programme, amount, reversed_too in acts:
        kept = found.setdefault((programme, clock.today().year - back), [])
        if not reversed_too:
            kept.append((people[who].id, amount))
    return {
        key: (sum(fen for _, fen in kept), len({one for one, _ in kept}), len(kept))
        for key, kept in found.items()
    }
