"""Evaluating a drive: outcomes of referrals, lists of the run, nothing said on too few."""

import numpy as np
import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import ListSide
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankedList
from matcher.models.referrals import Referral
from matcher.policy.limits import get_limit
from matcher.policy.outcomes import EVALUATE_LEAST
from matcher.ranking import quality
from matcher.services.quality import hits, outcomes
from matcher.services.quality.evaluation import evaluate
from matcher.services.quality.outcomes import drive_outcomes
from matcher.services.quality.shapes import Evaluation
from tests.factories.judged_drives import make_judged_drive
from tests.factories.ranked_drives import make_ranked_drive, rank


def evaluated(factory: SessionFactory, drive_id: int) -> Evaluation:
    with reading(factory) as session:
        return evaluate(session, session.get_one(Drive, drive_id))


def test_referrals_become_grades_and_silence_stays_silent(session_factory: SessionFactory) -> None:
    drive_id = make_judged_drive(session_factory, pairs=60)

    with reading(session_factory) as session:
        found = drive_outcomes(session, drive_id)

    assert found.n_referred == 60
    assert found.n_pairs == 40  # of six ends, one was filled by another and one still waits
    assert found.n_silent == 20
    assert (found.count(0), found.count(1), found.count(2)) == (20, 10, 10)
    assert found.n_good == 20


def test_measures_equal_those_of_the_stored_lists(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "least", lambda _rule: 20)
    drive_id = make_judged_drive(sqlite_factory)

    found = evaluated(sqlite_factory, drive_id)

    with reading(sqlite_factory) as session:
        judged = drive_outcomes(session, drive_id).judged
        lists = {
            row.subject_id: np.frombuffer(row.partners, dtype="<i4").tolist()
            for row in session.scalars(
                sa.select(RankedList).where(RankedList.side == ListSide.POSTING_ORDINARY)
            )
        }
    side = quality.side_quality(lists, judged, 100)
    assert found.hits is not None
    assert found.hits.postings.ndcg_at_10 == pytest.approx(side.ndcg_at_10, abs=1e-4)
    assert found.hits.postings.map == pytest.approx(side.mean_average_precision, abs=1e-4)
    assert {one.part for one in found.hits.without_part} == {
        "major", "place", "occupation", "industry", "pay", "unit", "text",
    }  # fmt: skip


def test_a_part_nobody_gets_points_for_changes_nothing_when_left_out(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "least", lambda _rule: 20)
    drive_id = make_judged_drive(sqlite_factory)  # nobody of it wishes an industry

    found = evaluated(sqlite_factory, drive_id)

    assert found.hits is not None
    changes = {one.part: one.postings for one in found.hits.without_part}
    assert changes["industry"] == 0
    assert any(changes.values())


def test_too_few_outcomes_give_no_measures_and_say_how_many_are_asked_for(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=12)

    found = evaluated(sqlite_factory, drive_id)

    assert found.hits is None
    assert found.without_hits == "too_few"
    assert found.outcomes.least == outcomes.least(EVALUATE_LEAST) == 50
    assert "产品约定" in get_limit(EVALUATE_LEAST, None, clock.today()).source
    assert found.congestion.postings == 12


def test_a_drive_without_a_run_cannot_be_evaluated(sqlite_factory: SessionFactory) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id

    with pytest.raises(RuleBrokenError) as refused:
        evaluated(sqlite_factory, drive_id)

    assert refused.value.code == "quality_no_run"


def test_zero_employment_graduates_are_counted_by_their_choice(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
    rank(sqlite_factory, drive_id)

    zero = evaluated(sqlite_factory, drive_id).zero_employment

    assert zero.graduates == 3  # every eighth of 24
    assert 0 <= zero.with_none <= zero.graduates - zero.with_three


def test_outcomes_are_judged_by_the_run_that_referred_most_of_them(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=20)
    rank(sqlite_factory, drive_id)

    with reading(sqlite_factory) as session:
        run = outcomes.judged_run(session, drive_id, drive_outcomes(session, drive_id))

    assert run is not None
    assert run.number == 1


def test_a_withdrawn_consent_takes_the_pair_out(sqlite_factory: SessionFactory) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=12)
    with transaction(sqlite_factory) as session:
        session.execute(
            sa.update(Referral)
            .where(Referral.state == ReferralState.INTERVIEW)
            .values(withdrawal_reason="consent")
        )

    with reading(sqlite_factory) as session:
        assert drive_outcomes(session, drive_id).count(1) == 0
