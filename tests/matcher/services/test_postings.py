"""A posting goes online only complete and lawful; ranking hears of every change; seats add up."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import (
    DriveState,
    EducationLevel,
    EmployerState,
    PostingState,
    Role,
    SeatClass,
    SeatState,
)
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingChange
from matcher.services import posting_drafts, postings, seats
from matcher.services.permissions import Actor
from matcher.services.posting_drafts import PostingInput
from matcher.services.posting_gate import ELEMENTS, REASONS, why_posting_not_ranked
from matcher.services.ranking_facts import posting_facts
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer, make_posting


@pytest.fixture
def drive(session: Session) -> Drive:
    return make_drive(session)


@pytest.fixture
def employer(session: Session, drive: Drive) -> Employer:
    return make_employer(session, None, union_id=drive.union_id)


@pytest.fixture
def own(session: Session, employer: Employer) -> Actor:
    return make_actor(session, Role.EMPLOYER, employer=employer)


@pytest.fixture
def manager(session: Session, drive: Drive) -> Actor:
    account = make_actor(session, Role.DRIVE_MANAGER)
    return Actor(account.account_id, Role.DRIVE_MANAGER, union_id=drive.union_id)


def _facts(**changes: object) -> PostingInput:
    fields: dict[str, object] = {
        "title": "会计",
        "headcount": 2,
        "duties": "账务处理",
        "place_text": "银川市兴庆区",
        "region_code": "640104",
        "pay_low_yuan": 4000,
        "pay_high_yuan": 6000,
        "closes_on": dt.date(2030, 1, 1),
        "education_min": EducationLevel.BACHELOR,
        "requirement": {"本科": "会计学"},
    }
    return PostingInput(**(fields | changes))  # type: ignore[arg-type]  # a factory


def _create(session: Session, by: Actor, drive: Drive, **changes: object) -> Posting:
    facts = _facts(**changes)
    return posting_drafts.create_posting(session, by, facts, drive_id=drive.id).posting


def test_a_complete_posting_of_a_verified_employer_is_published_and_ranked(
    session: Session, drive: Drive, own: Actor
) -> None:
    posting = _create(session, own, drive)
    draft_facts = list(posting_facts(session, drive.id, clock.today()))

    outcome = postings.publish_posting(session, own, posting.id)

    assert draft_facts == []
    assert outcome.published
    assert outcome.not_ranked == ()
    assert [f.id for f in posting_facts(session, drive.id, clock.today())] == [posting.id]
    assert session.scalars(sa.select(RankingChange.subject_id)).all() == [posting.id]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"duties": None}, "工作内容"),
        ({"place_text": None, "region_code": None}, "工作地点"),
        ({"pay_low_yuan": None, "pay_high_yuan": None, "pay_text": "面议"}, "基本劳动报酬"),
        ({"closes_on": None}, "有效期限"),
        ({"education_min": None, "requirement": {}}, "招聘条件"),
    ],
)
def test_each_missing_element_is_named_and_keeps_a_posting_offline(
    session: Session, drive: Drive, own: Actor, changes: dict[str, object], missing: str
) -> None:
    posting = _create(session, own, drive, **changes)

    outcome = postings.publish_posting(session, own, posting.id)

    assert not outcome.published
    assert outcome.missing == (missing,)
    assert set(outcome.missing) <= set(ELEMENTS)


def test_all_missing_elements_are_named_at_once(
    session: Session, drive: Drive, own: Actor, employer: Employer
) -> None:
    employer.unit_kind = None
    bare = PostingInput(title="会计")
    posting = posting_drafts.create_posting(session, own, bare, drive_id=drive.id).posting

    outcome = postings.publish_posting(session, own, posting.id)

    assert list(outcome.missing) == [name for name in ELEMENTS if name != "招聘人数"]


@pytest.mark.parametrize("words", ["限男性", "须缴纳押金500元", "未婚未育"])
def test_words_the_law_forbids_block_with_the_article(
    session: Session, drive: Drive, own: Actor, words: str
) -> None:
    posting = _create(session, own, drive, conditions=words)

    outcome = postings.publish_posting(session, own, posting.id)

    assert outcome.posting.state is PostingState.BLOCKED
    assert any("法" in one["article"] for one in posting.findings if one["severity"] == "block")


def test_age_warns_and_does_not_block(session: Session, drive: Drive, own: Actor) -> None:
    posting = _create(session, own, drive, conditions="年龄要求35岁以下")

    outcome = postings.publish_posting(session, own, posting.id)

    assert outcome.published
    assert [(one["code"], one["severity"]) for one in posting.findings] == [("age", "warn")]


def test_an_agency_is_flagged_on_every_posting(
    session: Session, drive: Drive, own: Actor, employer: Employer
) -> None:
    employer.is_labour_dispatch = True

    posting = _create(session, own, drive)

    assert [one["code"] for one in posting.findings] == ["labour_dispatch"]


def test_a_published_posting_that_turns_unlawful_goes_offline(
    session: Session, drive: Drive, own: Actor
) -> None:
    posting = _create(session, own, drive)
    postings.publish_posting(session, own, posting.id)

    broken = posting_drafts.update_posting(session, own, posting.id, _facts(conditions="限女性"))
    state = broken.posting.state
    mended = posting_drafts.update_posting(session, own, posting.id, _facts())

    assert state is PostingState.BLOCKED
    assert mended.published


def test_imported_postings_may_be_incomplete_but_not_unlawful(
    session: Session, drive: Drive, manager: Actor, employer: Employer
) -> None:
    posting = make_posting(session, drive, employer, source="henan-2024", external_id="7")

    lacking = posting_drafts.update_posting(session, manager, posting.id, _facts(closes_on=None))
    state = lacking.posting.state
    posting_drafts.update_posting(session, manager, posting.id, _facts(duties="限男性"))

    assert (state, lacking.missing) == (PostingState.PUBLISHED, ("有效期限",))
    assert posting.state is PostingState.BLOCKED


@pytest.mark.parametrize(
    ("of_posting", "of_employer", "reason"),
    [
        ({"state": PostingState.DRAFT}, {}, "not_published"),
        ({"closes_on": dt.date(2026, 1, 1)}, {}, "past_validity"),
        ({}, {"state": EmployerState.PENDING}, "employer_pending"),
        ({}, {"state": EmployerState.REFUSED}, "employer_refused"),
        ({}, {"state": EmployerState.SUSPENDED}, "employer_suspended"),
        ({}, {"recheck_due_on": dt.date(2026, 1, 1)}, "employer_check_expired"),
        ({}, {}, None),
    ],
)
def test_the_page_says_of_each_posting_why_ranking_leaves_it_out(
    session: Session,
    drive: Drive,
    of_posting: dict[str, object],
    of_employer: dict[str, object],
    reason: str | None,
) -> None:
    employer = make_employer(session, None, **of_employer)
    posting = make_posting(session, drive, employer, reserved=None, **of_posting)

    said = why_posting_not_ranked(posting, employer, clock.today())
    ranked = [facts.id for facts in posting_facts(session, drive.id, clock.today())]

    assert said == ([reason] if reason else [])
    assert set(said) <= set(REASONS)
    assert bool(ranked) is (reason is None)


def test_a_twin_is_named(session: Session, drive: Drive, own: Actor) -> None:
    first = _create(session, own, drive)
    other = _create(session, own, drive, title="出纳")

    with pytest.raises(RuleBrokenError) as again:
        _create(session, own, drive, duties="换了说法")
    with pytest.raises(RuleBrokenError) as became:
        posting_drafts.update_posting(session, own, other.id, _facts())

    assert again.value.code == became.value.code == "posting_duplicate"
    assert again.value.details == became.value.details == {"twin": first.id}


def test_a_twin_may_follow_a_closed_posting(session: Session, drive: Drive, own: Actor) -> None:
    first = _create(session, own, drive)
    postings.close_posting(session, own, first.id, reason="招满")

    second = _create(session, own, drive)

    assert second.id != first.id


def test_employers_touch_only_their_own_and_only_in_drives_near_them(
    session: Session, drive: Drive, own: Actor, employer: Employer
) -> None:
    other = make_posting(session, drive, make_employer(session))
    far = make_drive(session)
    preparing = make_drive(session, None, union_id=drive.union_id, state=DriveState.PREPARING)

    for act in (
        lambda: posting_drafts.update_posting(session, own, other.id, _facts()),
        lambda: postings.publish_posting(session, own, other.id),
        lambda: postings.get_posting(session, own, other.id),
        lambda: _create(session, own, far),
        lambda: _create(session, own, preparing),
        lambda: posting_drafts.create_posting(
            session, own, _facts(), drive_id=drive.id, employer_id=other.employer_id
        ),
    ):
        with pytest.raises(NotFoundError):
            act()
    closed = make_drive(session, None, union_id=drive.union_id, state=DriveState.CLOSED)
    with pytest.raises(RuleBrokenError):
        _create(session, own, closed)


def test_pay_the_wrong_way_round_is_refused_by_field(
    session: Session, drive: Drive, own: Actor
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _create(session, own, drive, pay_low_yuan=9000)

    assert list(refused.value.details["fields"]) == ["pay_high_yuan"]  # type: ignore[call-overload]


def test_a_stale_posting_form_conflicts(session: Session, drive: Drive, own: Actor) -> None:
    posting = _create(session, own, drive)
    seen = posting.version_id
    posting_drafts.update_posting(session, own, posting.id, _facts(duties="新"))

    with pytest.raises(ConflictError):
        posting_drafts.update_posting(session, own, posting.id, _facts(), expected_version=seen)


def test_numbers_of_postings_made_at_once_differ(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        actors = [
            make_actor(session, Role.EMPLOYER, employer=make_employer(session, union))
            for _ in range(3)
        ]
    together = threading.Barrier(3)

    def create(by: Actor) -> None:
        together.wait()
        with transaction(session_factory) as session:
            _create(session, by, drive)

    threads = [threading.Thread(target=create, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with session_factory() as session:
        numbers = session.scalars(sa.select(Posting.lottery_number)).all()
    assert sorted(numbers) == [1, 2, 3]


def _classes(session: Session, posting: Posting) -> list[SeatClass]:
    found = sa.select(Seat.seat_class).where(Seat.posting_id == posting.id).order_by(Seat.number)
    return list(session.scalars(found))


def test_seats_become_what_the_manager_sets_and_the_headcount_follows(
    session: Session, drive: Drive, manager: Actor
) -> None:
    posting = make_posting(session, drive, headcount=3)
    release = dt.date(2026, 12, 1)

    seats.set_seats(
        session, manager, posting.id, ordinary=2, hardship=1, zero_employment=1, release_on=release
    )
    counts = seats.seat_counts(session, manager, [posting.id])[posting.id]

    assert (counts.ordinary, counts.hardship, counts.zero_employment) == (2, 1, 1)
    assert posting.headcount == 4
    days = session.execute(sa.select(Seat.seat_class, Seat.release_on))
    assert {(kind is SeatClass.ORDINARY, day) for kind, day in days} == {
        (True, None),
        (False, release),
    }
    assert session.scalars(sa.select(RankingChange.subject_id)).all() == [posting.id]


def test_seats_somebody_holds_are_never_taken_away(
    session: Session, drive: Drive, manager: Actor
) -> None:
    posting = make_posting(session, drive, headcount=2, reserved={SeatClass.HARDSHIP: 1})
    held = session.scalars(sa.select(Seat).where(Seat.seat_class == SeatClass.HARDSHIP)).one()
    held.state = SeatState.HELD
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        seats.set_seats(session, manager, posting.id, ordinary=5)
    seats.set_seats(session, manager, posting.id, ordinary=0, hardship=1)

    assert refused.value.code == "seats_in_use"
    assert session.scalars(sa.select(Seat.id)).all() == [held.id]


@pytest.mark.parametrize("wanted", [(0, 0, 0), (3, -1, 0)])
def test_there_is_at_least_one_seat_and_never_a_negative_number(
    session: Session, drive: Drive, manager: Actor, wanted: tuple[int, int, int]
) -> None:
    posting = make_posting(session, drive)
    ordinary, hardship, zero = wanted

    with pytest.raises(InvalidInputError):
        seats.set_seats(
            session, manager, posting.id, ordinary=ordinary, hardship=hardship, zero_employment=zero
        )


def test_an_employers_new_headcount_leaves_reserved_seats_alone(
    session: Session, drive: Drive, employer: Employer, own: Actor
) -> None:
    posting = make_posting(session, drive, employer, headcount=3, reserved={SeatClass.HARDSHIP: 2})

    posting_drafts.update_posting(session, own, posting.id, _facts(headcount=5))
    more = _classes(session, posting)
    posting_drafts.update_posting(session, own, posting.id, _facts(headcount=2))
    with pytest.raises(RuleBrokenError) as refused:
        posting_drafts.update_posting(session, own, posting.id, _facts(headcount=1))

    assert sorted(more) == ["hardship"] * 2 + ["ordinary"] * 3
    assert _classes(session, posting) == [SeatClass.HARDSHIP] * 2
    assert refused.value.code == "seats_reserved"
    assert "预留" not in refused.value.message
    assert "困难" not in refused.value.message


def test_employers_and_organisers_see_totals_and_never_classes(
    session: Session, drive: Drive, employer: Employer, own: Actor
) -> None:
    posting = make_posting(session, drive, employer, headcount=3, reserved={SeatClass.HARDSHIP: 2})
    organiser = Actor(own.account_id, Role.FAIR_ORGANISER, union_id=drive.union_id)

    row = postings.get_posting(session, own, posting.id)

    assert row.n_seats == 3
    for by in (own, organiser):
        with pytest.raises(NotAllowedError):
            seats.seat_counts(session, by, [posting.id])
        with pytest.raises(NotAllowedError):
            seats.set_seats(session, by, posting.id, ordinary=1)


def test_a_list_of_postings_costs_the_same_for_two_as_for_twenty(
    session: Session, drive: Drive, manager: Actor
) -> None:
    statements: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))
    costs = []
    for more in (2, 18):
        for _ in range(more):
            make_posting(session, drive)
        statements.clear()
        page = postings.list_postings(session, manager, drive_id=drive.id, limit=20)
        costs.append(len(statements))

    assert page.total == len(page.rows) == 20
    assert costs == [4, 4]
