"""An office that takes in rosters of households: workbooks written cell by cell, and what stands in the tables."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import xlsxwriter

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.identity import id_check_digit
from matcher.intake import open_table
from matcher.kinds import ImportKind, RowStatus
from matcher.models.households import HouseholdMember
from matcher.models.imports import ImportRow
from matcher.services.imports.batches import create_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.permissions import Actor

Cells = Sequence[object]
Merge = tuple[int, int, int, int]
_RNG = random.Random(8)


def make_id(year: int) -> str:
    """Return a made-up valid identity number of somebody born in a year."""
    month, day, serial = _RNG.randrange(1, 13), _RNG.randrange(1, 28), _RNG.randrange(1, 990)
    first = f"640104{year}{month:02d}{day:02d}{serial:03d}"
    return first + id_check_digit(first)


class House:
    """An office that takes in workbooks."""

    def __init__(self, factory: SessionFactory, by: Actor, drive_id: int, folder: Path) -> None:
        self.factory, self._by, self._drive_id, self._folder = factory, by, drive_id, folder
        self.batch_id = 0

    def take_in(
        self, sheets: dict[str, Sequence[Cells]], merges: dict[str, Sequence[Merge]] | None = None
    ) -> None:
        """Stage and commit a workbook."""
        path = self._folder / "名册.xlsx"
        book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(r, c, value)
                    elif value is not None:
                        page.write(r, c, value)
            for top, left, bottom, right in (merges or {}).get(name, ()):
                page.merge_range(top, left, bottom, right, rows[top][left] or "")
        book.close()
        with transaction(self.factory) as session:
            self.batch_id = create_batch(
                session,
                self._by,
                ImportKind.HOUSEHOLDS,
                drive_id=self._drive_id,
                file_name=path.name,
                file_sha256="0" * 64,
            ).id
        stage_batch(self.factory, self.batch_id, open_table(path))
        commit_batch(self.factory, self._by, self.batch_id)

    def statuses(self) -> dict[tuple[str, int], tuple[RowStatus, list[str]]]:
        """Return verdict and refusals of every row."""
        chosen = sa.select(ImportRow).where(ImportRow.batch_id == self.batch_id)
        with reading(self.factory) as session:
            return {
                (r.sheet, r.row): (
                    r.status,
                    [p["code"] for p in r.problems if p["severity"] == "refuse"],
                )
                for r in session.scalars(chosen)
            }

    def families(self) -> dict[str, set[str]]:
        """Return the names of the members by the holder's name; files without a holder under 无."""
        with reading(self.factory) as session:
            files: dict[int, list[HouseholdMember]] = {}
            for member in session.scalars(sa.select(HouseholdMember)):
                files.setdefault(member.household_id, []).append(member)
        return {
            next((m.name for m in members if m.is_holder), "无"): {m.name for m in members}
            for members in files.values()
        }

    def member(self, name: str) -> HouseholdMember:
        """Return a member by name."""
        with reading(self.factory) as session:
            return session.scalars(
                sa.select(HouseholdMember).where(HouseholdMember.name == name)
            ).one()

    def of(self, table: Any, **where: object) -> list[Any]:
        """Return rows of a table."""
        with reading(self.factory) as session:
            return list(session.scalars(sa.select(table).filter_by(**where)))
