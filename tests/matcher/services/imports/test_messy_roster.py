"""A roster as messy as real ones, row by row against what it truly says."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.intake import (
    HouseholdDraft,
    JudgedRow,
    JudgeOptions,
    MemberDraft,
    judge_rows,
    open_table,
)
from matcher.kinds import BatchState, ImportKind, RowStatus
from matcher.models.household_facts import HouseholdCause, HouseholdIncome
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.imports import ImportRow
from matcher.services.imports.batches import create_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.rows import problem_dict
from matcher.services.imports.staging import stage_batch
from matcher.services.imports.undoing import undo_batch
from matcher.services.permissions import Actor
from seeds.roster.book import make_roster, truth_of, write_book
from seeds.roster.kinds import FAMILY_KINDS, KINDS
from seeds.roster.sheets import Sheet
from tests.matcher.services.imports.taking_in import state_of

_REGION = "371600"
_TAKEN = {RowStatus.NEW, RowStatus.CHANGED, RowStatus.SAME}
_STATUS = {"ok": RowStatus.NEW, "refused": RowStatus.REFUSED, "not_data": RowStatus.NOT_DATA}
_SAID = {RowStatus.REFUSED: "refused", RowStatus.NOT_DATA: "not_data"}


def _roster(count: int, seed: int, path: Path) -> tuple[list[Sheet], dict[tuple[str, int], Any]]:
    sheets = make_roster(count, region=_REGION, seed=seed, today=clock.today())
    write_book(path, sheets)
    return sheets, {(row["sheet"], row["row"]): row for row in truth_of(sheets)["rows"]}


def _stage(factory: SessionFactory, by: Actor, drive_id: int, path: Path) -> int:
    with transaction(factory) as session:
        batch = create_batch(
            session,
            by,
            ImportKind.HOUSEHOLDS,
            drive_id=drive_id,
            file_name=path.name,
            file_sha256="0" * 64,
        )
        batch_id = batch.id
    stage_batch(factory, batch_id, open_table(path))
    return batch_id


def _verdicts(factory: SessionFactory, batch_id: int) -> dict[tuple[str, int], Any]:
    chosen = sa.select(ImportRow).where(ImportRow.batch_id == batch_id)
    with reading(factory) as session:
        return {
            (row.sheet, row.row): (
                "taken" if row.status in _TAKEN else _SAID[RowStatus(row.status)],
                _codes(row.status, row.problems),
            )
            for row in session.scalars(chosen)
        }


def _codes(status: RowStatus, problems: list[dict[str, Any]]) -> list[str]:
    """Return what a person must hear of a row; remarks about the sheet stand with its head."""
    if status == RowStatus.NOT_DATA:
        return sorted({p["code"] for p in problems if p["code"].startswith("not_data")})
    said = [p for p in problems if p["severity"] != "info"]
    return sorted({p["code"] for p in said if not p["code"].startswith("column_")})


def _expected(row: dict[str, Any]) -> tuple[str, list[str]]:
    if "other_sheet" in row["kinds"]:
        return "not_data", []  # by which of its reasons is no matter
    return row["outcome"], row["codes"]


def _differences(truth: dict[Any, Any], found: dict[Any, Any]) -> list[Any]:
    wrong = []
    for place, row in truth.items():
        outcome, codes = found.get(place, ("silently dropped", []))
        wanted = _expected(row)
        if (
            outcome != wanted[0]
            or (wanted[1] and codes != wanted[1])
            or (not wanted[1] and codes and outcome != "not_data")
        ):
            wrong.append((place, row["kinds"], "wanted", wanted, "found", outcome, codes))
    return wrong


@pytest.mark.parametrize("seed", [1, 2])
def test_every_row_of_a_messy_roster_is_taken_or_refused_with_its_true_reason(
    session_factory: SessionFactory, manager: Actor, drive_id: int, tmp_path: Path, seed: int
) -> None:
    path = tmp_path / "roster.xlsx"
    _, truth = _roster(320, seed, path)

    batch_id = _stage(session_factory, manager, drive_id, path)
    found = _verdicts(session_factory, batch_id)

    assert _differences(truth, found) == []
    assert set(found) == set(truth)


def test_the_roster_shows_every_kind_of_defect(tmp_path: Path) -> None:
    sheets = make_roster(600, region=_REGION, seed=1, today=clock.today())

    told = truth_of(sheets)

    assert len(KINDS) >= 35
    assert [kind["name"] for kind in told["kinds"] if not kind["rows"]] == []


@pytest.mark.parametrize("seed", [3, 4])
def test_taken_rows_say_what_the_roster_truly_says(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "roster.xlsx"
    _, truth = _roster(320, seed, path)
    options = JudgeOptions(check_duplicates=False, region=_REGION)

    wrong = [
        (grid.sheet, row.row, said, wanted)
        for grid in open_table(path)
        for row in judge_rows(ImportKind.HOUSEHOLDS, grid, today=clock.today(), options=options)
        if (wanted := truth[grid.sheet, row.row]["values"])
        and row.status == "ok"
        and (said := _said(row, wanted)) != wanted
    ]

    assert wrong == []


def test_a_county_of_five_thousand_households_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    _, truth = _roster(5_000, 11, path)
    options = JudgeOptions(check_duplicates=False, region=_REGION)
    across = {kind.problem for kind in FAMILY_KINDS if kind.problem and kind.code != "hole"}
    across |= {"member_in_two_files"}

    found = {
        (row.sheet, row.row): (
            "taken" if row.status == "ok" else row.status,
            _codes(_STATUS[row.status], [problem_dict(problem) for problem in row.problems]),
        )
        for grid in open_table(path)
        for row in judge_rows(ImportKind.HOUSEHOLDS, grid, today=clock.today(), options=options)
    }

    own = {place: row for place, row in truth.items() if not across & set(row["codes"])}
    assert _differences(own, found) == []
    assert set(found) == set(truth)
    assert len(found) > 14_000


def _said(row: JudgedRow, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what a draft says, in the words of the truth."""
    draft = row.draft
    assert isinstance(draft, HouseholdDraft)
    person = next((m for m in draft.members if m.name == wanted["name"]), MemberDraft(name=""))
    said = {
        "file_number": draft.file_no,
        "tier": draft.tier.value if draft.tier else None,
        "income_fen": draft.annual_income_fen,
        "region": draft.place_code,
        "filed_on": draft.filed_on.isoformat() if draft.filed_on else None,
        "zero": draft.zero_employment_claim,
        "name": person.name,
        "id_number": person.id_number,
        "born_on": person.birth_date.isoformat() if person.birth_date else None,
        "phone": person.phone,
        "school": person.school,
        "card": person.card,
        "members": [member.name for member in draft.members],
    }
    return {key: said[key] for key in wanted}


def test_a_roster_taken_in_twice_changes_nothing(
    session_factory: SessionFactory, manager: Actor, drive_id: int, tmp_path: Path
) -> None:
    path = tmp_path / "roster.xlsx"
    _roster(200, 5, path)
    commit_batch(session_factory, manager, _stage(session_factory, manager, drive_id, path))
    before = _everything(session_factory)

    again = _stage(session_factory, manager, drive_id, path)
    commit_batch(session_factory, manager, again)

    with reading(session_factory) as session:
        written = session.scalars(
            sa.select(ImportRow.status).where(
                ImportRow.batch_id == again,
                ImportRow.status.in_((RowStatus.NEW, RowStatus.CHANGED)),
            )
        ).all()
    assert written == []
    assert _everything(session_factory) == before


def test_a_roster_taken_back_leaves_nothing(
    session_factory: SessionFactory, manager: Actor, drive_id: int, tmp_path: Path
) -> None:
    path = tmp_path / "roster.xlsx"
    _roster(60, 6, path)
    empty = _everything(session_factory)
    batch_id = _stage(session_factory, manager, drive_id, path)
    commit_batch(session_factory, manager, batch_id)
    assert _everything(session_factory) != empty

    undo_batch(session_factory, manager, batch_id)

    assert state_of(session_factory, batch_id) is BatchState.UNDONE
    assert _everything(session_factory) == empty


def _everything(factory: SessionFactory) -> dict[str, int]:
    tables = (
        Household,
        HouseholdMember,
        HouseholdCause,
        HouseholdIncome,
        MemberEmployment,
        MemberSchooling,
    )
    with reading(factory) as session:
        return {
            table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in tables
        }


def test_the_same_seed_gives_the_same_roster() -> None:
    first, second = (
        truth_of(make_roster(40, region=_REGION, seed=9, today=clock.today())) for _ in range(2)
    )

    assert json.dumps(first) == json.dumps(second)
