"""A posting goes online only complete and lawful; ranking hears of every change; seats add up."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import (
    DriveState,
    EmployerState,
    PostingState,
    Role,
)
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.ranking_runs import RankingChange
from matcher.services import posting_drafts, postings
from matcher.services.permissions import Actor
from matcher.services.posting_drafts import PostingInput
from matcher.services.posting_gate import ELEMENTS, REASONS, why_posting_not_ranked
from matcher.services.ranking_facts import posting_facts
from tests.factories.accounts import make_actor
from tests.factories.drives import make_drive
from tests.factories.posting_forms import draft_posting, posting_input
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


def test_a_complete_posting_of_a_verified_employer_is_published_and_ranked(
    session: Session, drive: Drive, own: Actor
) -> None:
    posting = draft_posting(session, own, drive)
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
    posting = draft_posting(session, own, drive, **changes)

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
    posting = draft_posting(session, own, drive, conditions=words)

    outcome = postings.publish_posting(session, own, posting.id)

    assert outcome.posting.state is PostingState.BLOCKED
    assert any("法" in one["article"] for one in posting.findings if one["severity"] == "block")


def test_age_warns_and_does_not_block(session: Session, drive: Drive, own: Actor) -> None:
    posting = draft_posting(session, own, drive, conditions="年龄要求35岁以下")

    outcome = postings.publish_posting(session, own, posting.id)

    assert outcome.published
    assert [(one["code"], one["severity"]) for one in posting.findings] == [("age", "warn")]


def test_an_agency_is_flagged_on_every_posting(
    session: Session, drive: Drive, own: Actor, employer: Employer
) -> None:
    employer.is_labour_dispatch = True

    posting = draft_posting(session, own, drive)

    assert [one["code"] for one in posting.findings] == ["labour_dispatch"]


def test_a_published_posting_that_turns_unlawful_goes_offline(
    session: Session, drive: Drive, own: Actor
) -> None:
    posting = draft_posting(session, own, drive)
    postings.publish_posting(session, own, posting.id)

    broken = posting_drafts.update_posting(
        session, own, posting.id, posting_input(conditions="限女性")
    )
    state = broken.posting.state
    mended = posting_drafts.update_posting(session, own, posting.id, posting_input())

    assert state is PostingState.BLOCKED
    assert mended.published


def test_imported_postings_may_be_incomplete_but_not_unlawful(
    session: Session, drive: Drive, manager: Actor, employer: Employer
) -> None:
    posting = make_posting(session, drive, employer, source="henan-2024", external_id="7")

    lacking = posting_drafts.update_posting(
        session, manager, posting.id, posting_input(closes_on=None)
    )
    state = lacking.posting.state
    posting_drafts.update_posting(session, manager, posting.id, posting_input(duties="限男性"))

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
    first = draft_posting(session, own, drive)
    other = draft_posting(session, own, drive, title="出纳")

    with pytest.raises(RuleBrokenError) as again:
        draft_posting(session, own, drive, duties="换了说法")
    with pytest.raises(RuleBrokenError) as became:
        posting_drafts.update_posting(session, own, other.id, posting_input())

    assert again.value.code == became.value.code == "posting_duplicate"
    assert again.value.details == became.value.details == {"twin": first.id}


def test_a_twin_may_follow_a_closed_posting(session: Session, drive: Drive, own: Actor) -> None:
    first = draft_posting(session, own, drive)
    postings.close_posting(session, own, first.id, reason="招满")

    second = draft_posting(session, own, drive)

    assert second.id != first.id


def test_employers_touch_only_their_own_and_only_in_drives_near_them(
    session: Session, drive: Drive, own: Actor, employer: Employer
) -> None:
    other = make_posting(session, drive, make_employer(session))
    far = make_drive(session)
    preparing = make_drive(session, None, union_id=drive.union_id, state=DriveState.PREPARING)

    for act in (
        lambda: posting_drafts.update_posting(session, own, other.id, posting_input()),
        lambda: postings.publish_posting(session, own, other.id),
        lambda: postings.get_posting(session, own, other.id),
        lambda: draft_posting(session, own, far),
        lambda: draft_posting(session, own, preparing),
        lambda: posting_drafts.create_posting(
            session, own, posting_input(), drive_id=drive.id, employer_id=other.employer_id
        ),
    ):
        with pytest.raises(NotFoundError):
            act()
    closed = make_drive(session, None, union_id=drive.union_id, state=DriveState.CLOSED)
    with pytest.raises(RuleBrokenError):
        draft_posting(session, own, closed)


def test_pay_the_wrong_way_round_is_refused_by_field(
    session: Session, drive: Drive, own: Actor
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        draft_posting(session, own, drive, pay_low_yuan=9000)

    assert list(refused.value.details["fields"]) == ["pay_high_yuan"]  # type: ignore[call-overload]


def test_a_stale_posting_form_conflicts(session: Session, drive: Drive, own: Actor) -> None:
    posting = draft_posting(session, own, drive)
    seen = posting.version_id
    posting_drafts.update_posting(session, own, posting.id, posting_input(duties="新"))

    with pytest.raises(ConflictError):
        posting_drafts.update_posting(
            session, own, posting.id, posting_input(), expected_version=seen
        )


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
    assert costs == [3, 3]
