"""The verb that makes a plan of a drive: what it answers, chooses and leaves alone."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.allocation.checker import check_plan
from matcher.cli import plan_drive
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import SeatState
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive, DriveEntry
from matcher.models.plans import PlanRun
from matcher.models.postings import Seat
from matcher.services.plans import runs
from tests.factories.plan_rows import add_pin
from tests.factories.plans import plan_row, ranked_drive
from tests.factories.ranked_drives import drain
from tests.support import tree
from workers.runner import Runner


@pytest.fixture
def drive_id(sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch) -> int:
    """Give a ranked drive of the installation the verb opens; its workers are this process."""

    @contextlib.contextmanager
    def workers(_: object) -> Iterator[None]:
        drain(sqlite_factory)
        yield

    monkeypatch.setattr(plan_drive, "open_house", lambda: sqlite_factory)
    monkeypatch.setattr(plan_drive, "running_workers", workers)
    return ranked_drive(sqlite_factory)


def _shape(value: Any) -> Any:
    """Reduce an answer to its names: single values are alike, a list is as its first element."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return None


def _documented(name: str) -> Any:
    page = (tree.ROOT / "docs" / "cli.md").read_text()
    found = re.search(rf"<!-- shape: {re.escape(name)} -->\n```json\n(.*?)\n```", page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def _answer(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_plan_is_made_the_rule_chosen_and_the_answer_as_shown(
    sqlite_factory: SessionFactory, drive_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = plan_drive.plan_drive(str(drive_id), rule=PlanRule.MOST, is_dry=False, as_json=True)

    told, shown = _answer(capsys), _documented("plan --drive")
    assert code == 0
    assert set(told) == set(shown)
    for part in ("market", "fair", "most", "parameters"):
        assert _shape(told[part]) == _shape(shown[part]), part
    assert _shape(told["seats"]) == _shape(shown["seats"])
    assert told["rule"] == "most"
    assert len(told["seats"]) == told["most"]["total"]["seated"]
    assert plan_row(sqlite_factory, 1).chosen_rule is PlanRule.MOST


def test_a_dry_run_chooses_nothing_and_shows_nobodys_seat(
    sqlite_factory: SessionFactory, drive_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_drive.plan_drive(str(drive_id), rule=PlanRule.FAIR, is_dry=True, as_json=True)

    told = _answer(capsys)
    assert told["dry_run"]
    assert (told["seats"], told["rule"]) == (None, None)
    assert told["fair"]["total"]["seated"] > 0
    assert plan_row(sqlite_factory, 1).chosen_rule is None


def test_a_replay_gives_the_same_hashes_and_says_so(
    drive_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_drive.plan_drive(str(drive_id), rule=None, is_dry=False, as_json=False)
    assert "公平方案" in capsys.readouterr().out

    assert plan_drive.replay(str(drive_id), 1, as_json=True) == 0
    assert _shape(_answer(capsys)) == _shape(_documented("plan --replay"))
    with pytest.raises(RuleBrokenError):
        plan_drive.replay(str(drive_id), 2, as_json=True)


@pytest.mark.parametrize("rule", list(PlanRule))
def test_an_exported_plan_is_found_good_by_the_checker(
    drive_id: int, capsys: pytest.CaptureFixture[str], rule: PlanRule
) -> None:
    plan_drive.plan_drive(str(drive_id), rule=rule, is_dry=False, as_json=True)
    seats = {str(one["graduate_id"]): one["posting_id"] for one in _answer(capsys)["seats"]}

    assert plan_drive.export(str(drive_id), 1, None) == 0

    told = _answer(capsys)
    assert check_plan(told["instance"], told["plan"], rule.value).is_good
    assert told["plan"]["rule"] == rule.value
    assert {key: seat["posting"] for key, seat in told["plan"]["seats"].items()} == seats


def test_a_plan_that_leaves_as_a_file_is_in_the_trail_by_its_rule(
    sqlite_factory: SessionFactory, drive_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_drive.plan_drive(str(drive_id), rule=None, is_dry=False, as_json=True)

    plan_drive.export(str(drive_id), 1, PlanRule.MOST)

    capsys.readouterr()
    with reading(sqlite_factory) as session:
        taken = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "plan.file_taken")
        ).one()
        assert (taken.subject_kind, taken.subject_id) == (
            "plan_run",
            plan_row(sqlite_factory, 1).id,
        )
        assert taken.details["rule"] == "most"


def test_a_plan_that_fails_ends_the_verb_with_the_code_of_the_reason(
    sqlite_factory: SessionFactory, drive_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def workers(_: object) -> Iterator[None]:
        with transaction(sqlite_factory) as session:
            job_id = session.get_one(PlanRun, 1).job_id or 0
        Runner(sqlite_factory).run(job_id)
        with transaction(sqlite_factory) as session:
            runs.fail_plan(session, 1)
        yield

    monkeypatch.setattr(plan_drive, "running_workers", workers)
    with transaction(sqlite_factory) as session:
        offers = session.scalars(sa.select(Seat.posting_id).order_by(Seat.posting_id)).all()
        person = session.scalars(sa.select(DriveEntry.graduate_id)).first()
        session.execute(
            sa.update(Seat).where(Seat.posting_id == offers[0]).values(state=SeatState.CLOSED)
        )
        pin = add_pin(session, drive_id, person or 0, offers[0])
        pin.kind = PinKind.PIN

    with pytest.raises(RuleBrokenError) as refused:
        plan_drive.plan_drive(str(drive_id), rule=None, is_dry=False, as_json=True)

    assert refused.value.code == "plan_pins"


def test_the_drive_is_known_by_its_name(
    sqlite_factory: SessionFactory, drive_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite_factory() as session:
        name = session.get_one(Drive, drive_id).name

    plan_drive.plan_drive(name, rule=None, is_dry=True, as_json=True)

    assert _answer(capsys)["drive"] == name
