"""`rank evaluate` and `rank calibrate`: shapes, exit codes, and what is kept for a person to decide."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from matcher.cli import rank_quality
from matcher.cli.rank import command
from matcher.db.engine import SessionFactory, reading
from matcher.models.ranking_studies import RankingStudy
from matcher.services.quality import hits, proposals
from matcher.services.quality.shapes import Calibration, Evaluation
from tests.factories.judged_drives import make_judged_drive


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(rank_quality, "open_house", lambda: sqlite_factory)
    return make_judged_drive(sqlite_factory, pairs=150)


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "least", lambda _rule: 20)
    monkeypatch.setattr(proposals, "least", lambda _rule: 20)


def said(*arguments: str) -> tuple[int, Any]:
    answer = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert answer.exception is None, answer.exception
    return answer.return_value, answer.output


@pytest.mark.usefixtures("_few")
def test_an_evaluation_is_one_object_of_its_shape(drive_id: int) -> None:
    code, text = said("evaluate", "--drive", str(drive_id), "--json")

    answer = Evaluation.model_validate(json.loads(text))
    assert code == 0
    assert answer.hits is not None
    assert "每个席位进入的名单" in said("evaluate", "--drive", str(drive_id))[1]


def test_too_few_outcomes_end_with_two_and_propose_nothing(
    drive_id: int, sqlite_factory: SessionFactory
) -> None:
    code, text = said("calibrate", "--drive", str(drive_id), "--json")

    answer = Calibration.model_validate(json.loads(text))
    assert code == rank_quality.EXIT_TOO_FEW
    assert (answer.proposal, answer.without_proposal, answer.study) == (None, "too_few", None)
    assert "至少要 300 对" in said("calibrate", "--drive", str(drive_id))[1]
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(RankingStudy)).all() == []


@pytest.mark.usefixtures("_few")
def test_a_proposal_is_kept_for_a_person_to_decide(
    drive_id: int, sqlite_factory: SessionFactory
) -> None:
    code, text = said("calibrate", "--drive", str(drive_id), "--json")

    answer = Calibration.model_validate(json.loads(text))
    assert code == 0
    with reading(sqlite_factory) as session:
        kept = session.scalars(sa.select(RankingStudy)).one()
    assert kept.public_id == answer.study
    assert kept.result["proposal"]["gain"] == answer.proposal.gain  # type: ignore[union-attr]  # there is one
    words = said("calibrate", "--drive", str(drive_id))[1]
    assert words.startswith("专业 3500 → ")
    assert "单位类型" in words


def test_the_bare_verb_still_asks_for_a_drive() -> None:
    answer = CliRunner().invoke(command, [])

    assert answer.exit_code == 2
    assert "--drive" in answer.output
