"""Publishing holds its locks for its rows alone: pairs are judged before, and judged anew if anything changed since."""

from contextlib import suppress

import pytest

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.plans import PlanRule
from matcher.services.permissions import SYSTEM
from matcher.services.plans import proposals, publications, runs
from matcher.services.ranking_changes import note_graduate
from matcher.services.referrals import judging
from tests.factories.plans import plan, ranked_drive


class _JudgedError(Exception):
    pass


def _published(factory: SessionFactory) -> int:
    made = plan(factory, ranked_drive(factory))
    with transaction(factory) as session:
        runs.choose_rule(session, SYSTEM, made.public_id, PlanRule.FAIR)
        publications.publish_plan(session, SYSTEM, made.public_id)
    return made.id


def _refuse(*_: object, **__: object) -> None:
    raise _JudgedError


def test_nothing_is_judged_while_a_publication_holds_its_locks(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = _published(sqlite_factory)
    with reading(sqlite_factory) as session:
        ahead = proposals.judge_next(session, plan_id)
    monkeypatch.setattr(judging, "explain_some", _refuse)

    with transaction(sqlite_factory) as session:
        assert proposals.make_proposals(session, plan_id, ahead) == len(ahead.fits) > 0


def test_after_any_change_pairs_judged_ahead_are_judged_anew(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = _published(sqlite_factory)
    with reading(sqlite_factory) as session:
        ahead = proposals.judge_next(session, plan_id)
    with transaction(sqlite_factory) as session:
        note_graduate(session, next(iter(ahead.fits)).graduate_id)
    was_judged = False

    def judge(*_: object, **__: object) -> None:
        nonlocal was_judged
        was_judged = True
        raise _JudgedError

    monkeypatch.setattr(judging, "explain_some", judge)
    with suppress(_JudgedError), transaction(sqlite_factory) as session:
        proposals.make_proposals(session, plan_id, ahead)

    assert was_judged
