"""Rows of one sheet that say the same thing twice, or of one person twice."""

from matcher.intake.drafts import (
    Draft,
    EmployerDraft,
    GraduateDraft,
    HouseholdDraft,
    PostingDraft,
)
from matcher.intake.grids import Row
from matcher.intake.layout import RowReader


class SeenRows:
    """Remembers what earlier rows of a sheet were about; one for each sheet."""

    __slots__ = ("_keys", "_rows")

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._rows: dict[int, int] = {}
        self._keys: dict[tuple[str, str], int] = {}

    def check(self, reader: RowReader, draft: Draft) -> bool:
        """Say whether the row may stand; if not, the reader holds the reason."""
        earlier = self._same_cells(reader.row, reader.layout.columns.get("ordinal"))
        if earlier is not None:
            reader.refuse("duplicate_row", f"与第 {earlier} 行完全相同", "重复的行只需保留一行")
            return False
        for what, key, is_refused in _keys_of(draft):
            first = self._keys.setdefault((what, key), reader.row.number)
            if first == reader.row.number:
                continue
            concept, reason, remedy = _WORDS[what]
            if is_refused:
                reader.refuse(f"duplicate_{what}", reason.format(first), remedy, concept)
                return False
            reader.warn(f"duplicate_{what}", reason.format(first), remedy, concept)
        return True

    def _same_cells(self, row: Row, ordinal: int | None) -> int | None:
        values = row.values if ordinal is None else row.values[:ordinal] + row.values[ordinal + 1 :]
        first = self._rows.setdefault(hash(values), row.number)
        return None if first == row.number else first


_WORDS: dict[str, tuple[str, str, str]] = {
    "posting_code": ("posting_code", "岗位代码与第 {} 行相同而内容不同", "请核对代码是否抄错"),
    "credit_code": (
        "employer_credit_code",
        "统一社会信用代码与第 {} 行相同",
        "同一单位只需保留一行",
    ),
    "employer": (
        "employer_name",
        "单位名称与第 {} 行相同",
        "同一单位只需保留一行；同名不同单位请填信用代码",
    ),
    "id_number": ("id_number", "身份证号与第 {} 行相同", "同一人只需保留一行，请核对保留哪一行"),
    "student_no": ("student_no", "学校和学号与第 {} 行相同", "请核对是否同一人"),
    "phone_name": ("phone", "姓名和电话与第 {} 行相同", "请核对是否同一人"),
    "member": ("member_id_number", "此人已在第 {} 行", "一人只能在一户，请核对保留哪一行"),
    "file_no": ("file_no", "档案编号与第 {} 行相同", "一户只需一行，请核对"),
}


def _keys_of(draft: Draft) -> list[tuple[str, str, bool]]:
    """List (kind of key, key, refuse?) that must not repeat within a sheet."""
    if isinstance(draft, PostingDraft):
        if not draft.external_id:
            return []
        return [("posting_code", f"{draft.employer.name}\x1f{draft.external_id}", False)]
    if isinstance(draft, EmployerDraft):
        if draft.credit_code:
            return [("credit_code", draft.credit_code, True)]
        return [("employer", draft.name, True)]
    if isinstance(draft, GraduateDraft):
        return _graduate_keys(draft)
    return _household_keys(draft)


def _graduate_keys(draft: GraduateDraft) -> list[tuple[str, str, bool]]:
    if draft.id_number:
        return [("id_number", draft.id_number, True)]
    if draft.school and draft.student_no:
        return [("student_no", f"{draft.school}\x1f{draft.student_no}", True)]
    return [("phone_name", f"{draft.phone}\x1f{draft.name}", True)]


def _household_keys(draft: HouseholdDraft) -> list[tuple[str, str, bool]]:
    return [("member", m.id_number, True) for m in draft.members if m.id_number and not m.is_beside]
