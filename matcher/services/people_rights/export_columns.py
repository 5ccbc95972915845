"""Columns of exports by kind (导出的列): which closed list names them, what kind of data each holds."""

from collections.abc import Iterable, Mapping

from matcher.kinds.labelled import Labelled
from matcher.kinds.people_rights import DataKind, ExportField, ExportKind
from matcher.kinds.sheet_exports import NameField

_FILES: Mapping[str, DataKind] = {
    ExportField.ID_NUMBER: DataKind.IDENTITY,
    ExportField.HOLDER: DataKind.IDENTITY,
    ExportField.PHONE: DataKind.CONTACT,
    ExportField.ADDRESS: DataKind.CONTACT,
    ExportField.UNIT: DataKind.WORK,
    ExportField.MEMBERS: DataKind.FAMILY,
    ExportField.TIER: DataKind.MEANS,
}
_NAMES: Mapping[str, DataKind] = {
    NameField.NAME: DataKind.IDENTITY,
    NameField.ID_NUMBER: DataKind.IDENTITY,
    NameField.ID_MASKED: DataKind.IDENTITY,
    NameField.PHONE: DataKind.CONTACT,
    NameField.PHONE_MASKED: DataKind.CONTACT,
    NameField.SCHOOL: DataKind.STUDY,
    NameField.MAJOR: DataKind.STUDY,
    NameField.EDUCATION: DataKind.STUDY,
    NameField.GRADUATES_ON: DataKind.STUDY,
    NameField.PLACED: DataKind.WORK,
    NameField.STANDING: DataKind.WORK,
    NameField.HOLDER: DataKind.FAMILY,
    NameField.TIER: DataKind.MEANS,
    NameField.ZERO: DataKind.MEANS,
    NameField.FILE_NUMBER: DataKind.MEANS,
}
_SCHOOL = [DataKind.IDENTITY, DataKind.STUDY, DataKind.WORK]


def columns_of(kind: ExportKind, codes: Iterable[str]) -> list[Labelled]:
    """Return the columns an export names, as members of their list; none where they are fixed."""
    if kind is ExportKind.SCHOOL:
        return []
    listed = ExportField if kind is ExportKind.FILES else NameField
    return [listed(code) for code in codes]


def has_sensitive(kind: ExportKind, codes: Iterable[str]) -> bool:
    """Say whether an export holds sealed data in full."""
    return any(getattr(one, "is_sensitive", False) for one in columns_of(kind, codes))


def kinds_held(kind: ExportKind, codes: Iterable[str]) -> list[DataKind]:
    """Return the kinds of data an export holds; what cannot be told is taken as means of the household."""
    if kind is ExportKind.SCHOOL:
        return sorted(_SCHOOL)
    table = _FILES if kind is ExportKind.FILES else _NAMES
    return sorted({table[code] for code in codes if code in table}) or [DataKind.MEANS]
