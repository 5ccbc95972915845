"""Pages of a ranking's quality: figures lead to people, proposals are decided on, rules are tried before they count."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, Role
from matcher.kinds.ranking_studies import StudyKind, StudyState
from matcher.models.drives import Drive
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.ranking_studies import RankingStudy
from matcher.services import drives
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.quality import hits, proposals
from tests.factories.accounts import make_actor, make_union
from tests.factories.judged_drives import make_judged_drive
from tests.factories.ranked_drives import drain
from tests.web.conftest import SignInAs
from web.words.quality import amount, signed

NAMED = re.compile(r"毕业生\d+")


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> int:
    """Give a drive with enough outcomes for everything."""
    monkeypatch.setattr(hits, "least", lambda _rule: 20)
    monkeypatch.setattr(proposals, "least", lambda _rule: 20)
    return make_judged_drive(sqlite_factory, pairs=150)


def actor(factory: SessionFactory, drive_id: int, role: Role = Role.DRIVE_MANAGER) -> Actor:
    with transaction(factory) as session:
        union = session.get_one(Union, session.get_one(Drive, drive_id).union_id)
        return make_actor(session, role, union=union)


def study(factory: SessionFactory, kind: StudyKind) -> RankingStudy:
    with reading(factory) as session:
        return session.scalars(sa.select(RankingStudy).where(RankingStudy.kind == kind)).one()


def rules(factory: SessionFactory, drive_id: int) -> dict[str, str]:
    """Return the form of the rules as the page shows it."""
    with reading(factory) as session:
        now = drives.get_parameters(session, session.get_one(Drive, drive_id))
    points = now.points
    shown = {name: getattr(now, name) for name in (
        "ordinary_mode", "reserved_mode", "equal_width", "postings_length", "graduates_length",
        "cap_per_seat", "floor_per_graduate", "place_rule", "education_rule", "counts_second_major",
    )}  # fmt: skip
    shown |= {name: getattr(points, name) for name in (
        "major_leaf", "major_class", "major_group", "major_any", "major_maybe", "second_major",
        "text", "industry", "pay", "unit", "place_province", "occupation_group",
    )}  # fmt: skip
    for number in range(3):
        shown[f"place_{number + 1}"] = points.place_choices[number]
        shown[f"occupation_{number + 1}"] = points.occupation_choices[number]
    shown |= {f"rank_{rank}": now.hardship_points[rank] for rank in range(1, 6)}
    return {name: str(value) for name, value in shown.items()}


def test_an_evaluation_is_asked_for_computed_and_shown(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    before = client.get(f"/quality?drive={drive_id}").text
    client.submit("/quality/evaluate", drive=str(drive_id))
    waiting = client.get(f"/quality?drive={drive_id}").text
    drain(sqlite_factory)

    page = client.get(f"/quality?drive={drive_id}").text

    assert "还没有评价过" in before
    assert "data-reload-when-over" in waiting
    for words in ("nDCG@10", "基尼系数", "没有人看到的岗位", "这些指标有偏", "每一项起多大作用"):
        assert words in page
    assert page.count("<svg") > 20


def test_figures_of_zero_employment_lead_to_masked_people(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    client.submit("/quality/evaluate", drive=str(drive_id))
    drain(sqlite_factory)
    zero = study(sqlite_factory, StudyKind.EVALUATION).result["zero_employment"]

    lists = {
        group: client.get(f"/quality/people?group={group}&drive={drive_id}").text for group in "abc"
    }

    rows = {group: page.count('role="row"') - 1 for group, page in lists.items()}
    counts = {group: max(0, n) for group, n in rows.items()}
    assert counts["a"] == zero["with_none"]
    assert counts["c"] == zero["with_three"]
    assert sum(counts.values()) == zero["graduates"]
    assert not any(NAMED.search(page) for page in lists.values())
    assert client.get(f"/quality/people?group=d&drive={drive_id}").status_code == 404


def test_too_few_outcomes_say_so_and_how_many_are_needed(
    drive_id: int,
    sqlite_factory: SessionFactory,
    signed_in_as: SignInAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hits, "least", lambda _rule: 5_000)
    monkeypatch.setattr(proposals, "least", lambda _rule: 5_000)
    client = signed_in_as(actor(sqlite_factory, drive_id))
    client.submit("/quality/evaluate", drive=str(drive_id))
    client.submit("/quality/calibrate", drive=str(drive_id))
    drain(sqlite_factory)

    page = client.get(f"/quality?drive={drive_id}").text

    assert "暂不报命中指标" in page
    assert "暂无建议" in page
    assert "5,000" in page
    assert "/accept" not in page


def test_a_proposal_is_accepted_or_turned_down(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    client.submit("/quality/calibrate", drive=str(drive_id))
    drain(sqlite_factory)
    with transaction(sqlite_factory) as session:
        made = session.scalars(sa.select(RankingStudy)).one()
        made.result = {**made.result, "proposal": {**made.result["proposal"], "is_worth": True}}
        public_id = made.public_id

    offered = client.get(f"/quality?drive={drive_id}").text
    refused = client.submit(f"/quality/studies/{public_id}/decline", words="不")
    accepted = client.submit(f"/quality/studies/{public_id}/accept")

    assert f"/quality/studies/{public_id}/accept" in offered
    assert "95% 的把握" in offered
    assert refused.status_code == 422
    assert accepted.status_code == 303
    assert study(sqlite_factory, StudyKind.CALIBRATION).state is StudyState.ACCEPTED


def test_rules_are_tried_and_then_taken_over(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    form = client.get(f"/quality/comparisons/new?drive={drive_id}").text
    same = client.submit(
        "/quality/comparisons", drive=str(drive_id), **rules(sqlite_factory, drive_id)
    )
    changed = rules(sqlite_factory, drive_id) | {"ordinary_mode": "band", "place_rule": "listed"}
    asked = client.submit("/quality/comparisons", drive=str(drive_id), **changed)
    drain(sqlite_factory)

    page = client.get(asked.headers["Location"]).text
    client.submit(
        f"/quality/studies/{study(sqlite_factory, StudyKind.COMPARISON).public_id}/accept"
    )

    assert "只看所填地区" in form
    assert same.status_code == 422
    assert "没有改动任何一项" in same.text
    for words in ("谁靠前，谁靠后", "零就业家庭", "分档优先", "只看所填地区", "前 10 名相同的比例"):
        assert words in page
    assert not NAMED.search(page)
    with reading(sqlite_factory) as session:
        now = drives.get_parameters(session, session.get_one(Drive, drive_id))
    assert (now.ordinary_mode.value, now.place_rule.value) == ("band", "listed")


def test_a_comparison_of_old_rules_offers_no_button(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    changed = rules(sqlite_factory, drive_id) | {"text": "100"}
    asked = client.submit("/quality/comparisons", drive=str(drive_id), **changed)
    drain(sqlite_factory)
    with transaction(sqlite_factory) as session:
        now = drives.get_parameters(session, session.get_one(Drive, drive_id))
        drives.revise_parameters(session, SYSTEM, drive_id, now)

    page = client.get(asked.headers["Location"]).text

    assert "规则已经改过，请重新试算" in page
    assert "/accept" not in page


def test_a_manager_below_sees_no_drive_of_the_union_above(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        above = session.get_one(Union, session.get_one(Drive, drive_id).union_id)
        below = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session, parent=above))
    client = signed_in_as(below)

    assert "还没有活动" in client.get("/quality").text
    assert client.get(f"/quality?drive={drive_id}").status_code in {200, 404}
    assert client.submit("/quality/evaluate", drive=str(drive_id)).status_code == 404


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.FAIR_ORGANISER])
def test_only_drive_managers_see_these_pages(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs, role: Role
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id, role))

    for address in ("/quality", "/quality/people", "/quality/comparisons/new"):
        assert client.get(f"{address}?drive={drive_id}").status_code == 403


def tried(factory: SessionFactory, drive_id: int, client: Any, **changes: str) -> str:
    """Try changed rules and return the address of the comparison."""
    changed = rules(factory, drive_id) | changes
    asked = client.submit("/quality/comparisons", drive=str(drive_id), **changed)
    drain(factory)
    return str(asked.headers["Location"])


def test_rules_tried_before_are_found_again_and_taken_further(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    first = tried(sqlite_factory, drive_id, client, text="100", cap_per_seat="20")
    public_id = first.rpartition("/")[2]

    listed = client.get(f"/quality?drive={drive_id}").text
    again = client.get(f"/quality/comparisons/new?drive={drive_id}&tried={public_id}").text

    assert "试过的规则" in listed
    assert f"/quality/comparisons/{public_id}" in listed
    assert "文本：2,000 → 100" in listed
    assert f"tried={public_id}" in client.get(first).text
    assert re.search(r'name="text"[^>]*value="100"', again)
    assert re.search(r'name="cap_per_seat"[^>]*value="20"', again)
    assert "每个席位最多进多少人的名单：没有上限 → 20" in listed


def test_only_tries_of_the_same_drive_are_taken_further(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    client.submit("/quality/evaluate", drive=str(drive_id))
    public_id = study(sqlite_factory, StudyKind.EVALUATION).public_id

    for address in (
        f"/quality/comparisons/new?drive={drive_id}&tried={public_id}",
        f"/quality/comparisons/{public_id}",
        f"/quality/comparisons/new?drive={drive_id}&tried=unknown",
    ):
        assert client.get(address).status_code == 404


def test_a_try_that_failed_says_why_and_can_be_repeated(
    drive_id: int, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    client = signed_in_as(actor(sqlite_factory, drive_id))
    changed = rules(sqlite_factory, drive_id) | {"text": "100"}
    asked = client.submit("/quality/comparisons", drive=str(drive_id), **changed)
    with transaction(sqlite_factory) as session:
        job = session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(1)).one()
        job.state, job.finished_at = JobState.FAILED, clock.now()
        job.error_code, job.error_message = "snapshot_gone", "排序快照已经清理。"
    public_id = asked.headers["Location"].rpartition("/")[2]

    page = client.get(asked.headers["Location"]).text

    assert "排序快照已经清理。" in page
    assert f"tried={public_id}" in page


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (18.0, "18"), (1838.5, "1,838.5"), (0.7234, "0.72"), (5, "5")]
)
def test_figures_of_attention_are_short(value: float, words: str) -> None:
    assert amount(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0.000"), (-0.0004, "0.000"), (-0.012, "-0.012"), (0.05, "+0.050")]
)
def test_a_change_of_nothing_has_no_sign(value: float, words: str) -> None:
    assert signed(value) == words
