"""A staged row: what it would do, its prepared values, what is wrong with it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from matcher.intake.drafts import JudgedRow
from matcher.intake.problems import Problem
from matcher.kinds import RowStatus

Values = dict[str, Any]
"""Prepared columns of the rows to write, as JSON can carry them; encrypted while staged."""


@dataclass(frozen=True)
class StagedRow:
    """One row of a sheet with its verdict.

    Parameters
    ----------
    values : prepared columns of a row that is new or changed, else None
    target_id : the record it would change, or is the same as
    """

    sheet: str
    row: int
    status: RowStatus
    problems: list[dict[str, Any]] = field(default_factory=list)
    values: Values | None = None
    target_id: int | None = None

    def judged(self, status: RowStatus, *, target_id: int | None = None) -> "StagedRow":
        """Return the row with another verdict; values are kept only where they will be written."""
        keeps = status in (RowStatus.NEW, RowStatus.CHANGED)
        return replace(
            self,
            status=status,
            target_id=target_id,
            values=self.values if keeps else None,
        )

    def refused(
        self, problem: dict[str, Any], status: RowStatus = RowStatus.REFUSED
    ) -> "StagedRow":
        """Return the row refused, or left to a person, for one more reason."""
        return replace(self, status=status, values=None, problems=[*self.problems, problem])

    def warned(self, problem: dict[str, Any]) -> "StagedRow":
        """Return the row with one more remark."""
        return replace(self, problems=[*self.problems, problem])

    @property
    def digest(self) -> str:
        """Fingerprint of what the row says; equal rows change nothing."""
        return digest_of(self.values or {})


def digest_of(values: Values) -> str:
    """Return SHA-256 of prepared values, 40 hex characters."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def from_judged(judged: JudgedRow, values: Values | None) -> StagedRow:
    """Start from the pure verdict: refused and not-data rows are final, the rest is new for now."""
    status = {"ok": RowStatus.NEW, "refused": RowStatus.REFUSED, "not_data": RowStatus.NOT_DATA}
    return StagedRow(
        sheet=judged.sheet,
        row=judged.row,
        status=status[judged.status],
        problems=[problem_dict(problem) for problem in judged.problems],
        values=values,
    )


def problem_dict(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON carries it; its value is masked already."""
    fields = asdict(problem)
    column = " ".join(part for part in (fields["column"], fields["head"]) if part)
    return {
        "column": column or None,
        "value": fields["value"],
        "severity": fields["severity"],
        "code": fields["code"],
        "reason": fields["reason"],
        "remedy": fields["remedy"],
    }


def own_problem(code: str, reason: str, remedy: str, *, severity: str = "refuse") -> dict[str, Any]:
    """Return a problem of the whole row that only the tables could show."""
    return {
        "column": None,
        "value": "",
        "severity": severity,
        "code": code,
        "reason": reason.rstrip("。"),
        "remedy": remedy.rstrip("。"),
    }


def settle_twins(
    rows: Iterable[StagedRow], seen: dict[str, tuple[str, int, str]]
) -> list[StagedRow]:
    """Let of rows with one natural key only the first count; `seen` remembers the whole file.

    A twin that says the same is the same; one that says otherwise is refused: which is right, a
    person must say.
    """
    settled = []
    for row in rows:
        key = (row.values or {}).get("key")
        if key is None or row.status not in (RowStatus.NEW, RowStatus.CHANGED, RowStatus.SAME):
            settled.append(row)
            continue
        first = seen.setdefault(key, (row.sheet, row.row, row.digest))
        settled.append(row if first[:2] == (row.sheet, row.row) else _twin(row, first))
    return settled


def _twin(row: StagedRow, first: tuple[str, int, str]) -> StagedRow:
    where = f"工作表“{first[0]}”第 {first[1]} 行"
    if first[2] == row.digest:
        remark = own_problem("repeated", f"与{where}完全相同。", "无须处理。", severity="info")
        return replace(row.warned(remark), status=RowStatus.SAME, values=None)
    return row.refused(
        own_problem(
            "repeated_differently",
            f"与{where}是同一条，但内容不同。",
            "请留下正确的一行后重新导入。",
        )
    )


def against_existing(row: StagedRow, existing: tuple[int, str | None] | None) -> StagedRow:
    """Compare with the record of the same natural key: new, same or changed."""
    if existing is None:
        return row.judged(RowStatus.NEW)
    target_id, digest = existing
    status = RowStatus.SAME if digest == row.digest else RowStatus.CHANGED
    return replace(row, status=status, target_id=target_id)


def counts_of(statuses: Sequence[RowStatus]) -> dict[str, int]:
    """Count rows by status, every status named; together they are the rows of the sheets."""
    counts = {status.value: 0 for status in RowStatus}
    for status in statuses:
        counts[status.value] += 1
    return counts
