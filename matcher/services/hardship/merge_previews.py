"""Two files of one household side by side (合并预览): every field with both values, and which one is suggested.

Pure comparison of rows that were loaded before; sealed numbers are compared by their keyed hash and shown masked.
A field that only one file fills is taken from there; where both fill it, the kept file's stands until a person
says otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matcher.models.households import Household, HouseholdMember


class Side(StrEnum):
    """From which of the two files a value is taken."""

    KEPT = "kept"
    GONE = "gone"


@dataclass(frozen=True)
class MergeField:
    """A field of a file or a member: the columns that go together, and how it is compared and shown."""

    name: str
    columns: tuple[str, ...]
    compared: str
    shown: str | None
    """Column that may be shown; None: only whether it is filled."""


def _plain(*names: str) -> tuple[MergeField, ...]:
    return tuple(MergeField(name, (name,), name, name) for name in names)


def _sealed(name: str) -> MergeField:
    columns = tuple(f"{name}_{part}" for part in ("cipher", "index", "masked"))
    return MergeField(name, columns, f"{name}_index", f"{name}_masked")


HEAD_FIELDS = (
    *_plain("level", "unit_name", "region_code"),
    MergeField("tier", ("tier", "tier_on"), "tier", "tier"),
    MergeField(
        "zero_employment_on",
        ("is_zero_employment", "zero_employment_on"),
        "zero_employment_on",
        "zero_employment_on",
    ),
    MergeField("address", ("address_cipher",), "address_cipher", None),
    *_plain("housing", "floor_area_m2", "is_single_parent", "applied_on", "approved_on"),
)
"""What two heads are compared by; the kept file keeps its number, union and owner."""

MEMBER_FIELDS = (
    *_plain("name", "relation", "birth_on"),
    _sealed("id_number"),
    _sealed("phone"),
    MergeField("card", ("card_cipher", "card_masked"), "card_masked", "card_masked"),
    *_plain("sex", "ethnicity", "marital", "hukou", "health"),
    MergeField("illness", ("illness_cipher",), "illness_cipher", None),
    *_plain("work_status", "graduate_id"),
)


FORMER_HOLDER = "其他"
"""Relation of the holder of the file that goes: to the kept file's holder it is not known."""


@dataclass(frozen=True)
class Comparison:
    """One field with both values as they may be shown; None is not filled."""

    field: MergeField
    kept: Any
    gone: Any
    differs: bool
    suggested: Side


@dataclass(frozen=True)
class MemberPair:
    """A person of the file that goes, with the same person in the kept one, if there is one."""

    gone: HouseholdMember
    kept: HouseholdMember | None
    fields: tuple[Comparison, ...]


@dataclass(frozen=True)
class MergePreview:
    """All that a person decides before two files become one."""

    kept: Household
    gone: Household
    head: tuple[Comparison, ...]
    members: tuple[MemberPair, ...]
    only_kept: tuple[HouseholdMember, ...]


def compare_files(
    kept: Household,
    gone: Household,
    kept_members: Sequence[HouseholdMember],
    gone_members: Sequence[HouseholdMember],
) -> MergePreview:
    """Return two files side by side; people are paired by identity number, else by name and birth date."""
    left = list(kept_members)
    pairs = []
    for member in gone_members:
        same = next((one for one in left if _same_person(one, member)), None)
        if same is not None:
            left.remove(same)
        pairs.append(MemberPair(member, same, _compared(MEMBER_FIELDS, same, member)))
    return MergePreview(kept, gone, _compared(HEAD_FIELDS, kept, gone), tuple(pairs), tuple(left))


def _same_person(one: HouseholdMember, other: HouseholdMember) -> bool:
    if one.id_number_index and other.id_number_index:
        return one.id_number_index == other.id_number_index
    if one.name.strip() != other.name.strip():
        return False
    births = {one.birth_on, other.birth_on} - {None}
    phones = {one.phone_index, other.phone_index} - {None}
    return (len(births) == 1 and len(phones) <= 1) or (not births and len(phones) == 1)


def _compared(
    fields: Sequence[MergeField],
    kept: Household | HouseholdMember | None,
    gone: Household | HouseholdMember,
) -> tuple[Comparison, ...]:
    return tuple(_comparison(field, kept, gone) for field in fields) if kept is not None else ()


def _comparison(
    field: MergeField, kept: Household | HouseholdMember, gone: Household | HouseholdMember
) -> Comparison:
    ours, theirs = getattr(kept, field.compared), getattr(gone, field.compared)
    fills = not is_filled(ours) and is_filled(theirs)
    return Comparison(
        field,
        _shown(field, kept),
        _shown(field, gone),
        differs=ours != theirs,
        suggested=Side.GONE if fills else Side.KEPT,
    )


def is_filled(value: object) -> bool:
    """Say whether a value says anything: None, 未知 and 无 do not."""
    return value is not None and value is not False and str(value) not in {"unknown", "none", ""}


def _shown(field: MergeField, row: Household | HouseholdMember) -> Any:
    if field.shown is None:
        return is_filled(getattr(row, field.compared)) or None
    return getattr(row, field.shown)
