"""Laying the national system's exported file beside our files (与全国系统比对).

The export is read by the same reader as any roster. Nothing is changed by comparing: the page leads to the import
for what is only there, to the list of changes for what is only here, to the file where both differ.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import RuleBrokenError
from matcher.identity import mask_id_number, mask_name
from matcher.intake import judge_rows, open_table
from matcher.intake.drafts import HouseholdDraft
from matcher.intake.household_rows import merge_households
from matcher.kinds import HardshipTier, ImportKind
from matcher.kinds.approvals import DifferenceKind
from matcher.models.households import Household, HouseholdMember
from matcher.models.reviews import RegisterComparison, RegisterDifference
from matcher.services import audit
from matcher.services.hardship.sight import whole_in_sight
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found
from matcher.services.sealing import id_number_index

VALUES = "register_difference.values"
_SHOWN_REFUSALS = 200

Sides = dict[str, tuple[str, str]]
"""Code of a field to what stands there and what stands here, in words."""


@dataclass(frozen=True)
class _Here:
    """One of our files with what is compared of it."""

    household: Household
    members: list[HouseholdMember] = field(default_factory=list)

    @property
    def holder(self) -> HouseholdMember | None:
        return next((one for one in self.members if one.is_holder), None)


def compare(
    session: Session, by: Actor, *, union_id: int, data: bytes, file_name: str
) -> RegisterComparison:
    """Compare an exported file with the open files of a union and all below it; keep what differs.

    Raises
    ------
    IntakeError
        The file cannot be read.
    RuleBrokenError
        It holds no household.
    """
    require(by, Permission.APPROVE_FILES)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    drafts, refused = _read(data, file_name)
    if not drafts:
        raise RuleBrokenError("nothing_to_compare", "文件里没有读到任何一户，请核对表头。")
    here = _ours(session, by, union_id)
    comparison = RegisterComparison(
        union_id=union_id,
        file_name=file_name,
        digest=hashlib.sha256(data).hexdigest(),
        there=len(drafts),
        here=len(here),
        same=0,
        refused=refused[:_SHOWN_REFUSALS],
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(comparison)
    session.flush()
    comparison.same = _write(session, comparison, drafts, here)
    audit.record(
        session,
        by,
        "register.compared",
        subject=("register_comparison", comparison.id),
        there=len(drafts),
        here=len(here),
        same=comparison.same,
        refused=len(refused),
    )
    session.flush()
    return comparison


def _read(data: bytes, file_name: str) -> tuple[list[HouseholdDraft], list[str]]:
    """Return the households of all sheets, and the refused rows with their reason."""
    drafts: list[HouseholdDraft] = []
    refused: list[str] = []
    for grid in open_table(data, file_name):
        for row in judge_rows(ImportKind.HOUSEHOLDS, grid, today=clock.today()):
            if isinstance(row.draft, HouseholdDraft):
                drafts.append(row.draft)
            elif row.status == "refused":
                reason = row.problems[0].reason if row.problems else ""
                refused.append(f"{row.sheet} {row.row}: {reason}")
    return merge_households(drafts), refused


def _ours(session: Session, by: Actor, union_id: int) -> list[_Here]:
    scope = type(scope_of(by))(union_id)
    found = sa.select(Household).where(
        whole_in_sight(by), Household.is_open, Household.union_id.in_(scope.unions())
    )
    files = {row.id: _Here(row) for row in session.scalars(found.order_by(Household.id))}
    inside = found.with_only_columns(Household.id).order_by(None)
    members = sa.select(HouseholdMember).where(
        HouseholdMember.household_id.in_(inside), HouseholdMember.left_on.is_(None)
    )
    for member in session.scalars(members.order_by(HouseholdMember.id)):
        files[member.household_id].members.append(member)
    return list(files.values())


def _write(
    session: Session,
    comparison: RegisterComparison,
    drafts: Sequence[HouseholdDraft],
    here: Sequence[_Here],
) -> int:
    """Write what differs; return how many are the same on both sides."""
    by_number = {one.household.file_number: one for one in here}
    by_person = {
        one.holder.id_number_index: one for one in here if one.holder and one.holder.id_number_index
    }
    seen: set[int] = set()
    same = 0
    for number, draft in enumerate(drafts, start=1):
        ours = by_number.get(draft.file_no or "")
        if ours is None and draft.holder_id_number:
            ours = by_person.get(id_number_index(session, draft.holder_id_number))
        if ours is None:
            session.add(_only_there(comparison, number, draft))
            continue
        seen.add(ours.household.id)
        sides = dict(_sides(session, draft, ours))
        if not sides:
            same += 1
            continue
        session.add(_differs(session, comparison, number, ours, sides))
    for ours in here:
        if ours.household.id not in seen:
            session.add(_only_here(comparison, ours))
    return same


def _only_there(
    comparison: RegisterComparison, number: int, draft: HouseholdDraft
) -> RegisterDifference:
    masked = mask_id_number(draft.holder_id_number) if draft.holder_id_number else None
    return RegisterDifference(
        comparison_id=comparison.id,
        kind=DifferenceKind.ONLY_THERE,
        row_number=number,
        name_masked=mask_name(draft.holder_name or ""),
        id_number_masked=masked,
        fields=[],
    )


def _only_here(comparison: RegisterComparison, ours: _Here) -> RegisterDifference:
    return RegisterDifference(
        comparison_id=comparison.id,
        kind=DifferenceKind.ONLY_HERE,
        household_id=ours.household.id,
        name_masked=mask_name(ours.holder.name if ours.holder else ""),
        id_number_masked=ours.holder.id_number_masked if ours.holder else None,
        fields=[],
    )


def _differs(
    session: Session, comparison: RegisterComparison, number: int, ours: _Here, sides: Sides
) -> RegisterDifference:
    row = _only_here(comparison, ours)
    row.kind, row.row_number, row.fields = DifferenceKind.DIFFERS, number, list(sides)
    row.values_cipher = ring_of(session).encrypt(json.dumps(sides, ensure_ascii=False), VALUES)
    return row


def _sides(
    session: Session, draft: HouseholdDraft, ours: _Here
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the fields both sides state and state differently; what one side leaves open is no difference."""
    household, holder = ours.household, ours.holder
    pairs: list[tuple[str, object, object]] = [
        ("file_number", draft.file_no, household.file_number),
        ("tier", draft.tier, household.tier if household.tier is not HardshipTier.NONE else None),
        ("holder_name", draft.holder_name, holder.name if holder else None),
        ("unit_name", draft.employer_name, household.unit_name),
        ("is_single_parent", draft.is_single_parent, household.is_single_parent),
        ("n_members", draft.family_size, len(ours.members) or None),
        ("is_zero_employment", draft.zero_employment_claim, household.is_zero_employment),
    ]
    for code, there, own in pairs:
        if there is not None and own is not None and _words(there) != _words(own):
            yield code, (_words(there), _words(own))
    there_people = {
        id_number_index(session, one.id_number): one for one in draft.members if one.id_number
    }
    own_people = {one.id_number_index: one for one in ours.members if one.id_number_index}
    lacking_here = [one.name for key, one in there_people.items() if key not in own_people]
    lacking_there = [one.name for key, one in own_people.items() if key not in there_people]
    if draft.members and (lacking_here or lacking_there):
        yield "member_name", ("、".join(lacking_here), "、".join(lacking_there))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(getattr(value, "label", value)).strip()


@dataclass(frozen=True)
class DifferenceLine:
    """A difference with both sides in the clear."""

    difference: RegisterDifference
    household_public_id: str | None
    file_number: str | None
    sides: Sides


def get_comparison(session: Session, by: Actor, comparison_id: int) -> RegisterComparison:
    """Return a comparison of the actor's part of the tree."""
    require(by, Permission.APPROVE_FILES)
    found = sa.select(RegisterComparison).where(
        RegisterComparison.id == comparison_id,
        RegisterComparison.union_id.in_(scope_of(by).unions()),
    )
    return first_or_missing(session, found, lock=False)


def find_comparison(session: Session, by: Actor, public_id: str) -> RegisterComparison:
    """Return a comparison of the actor's part of the tree by its public id."""
    require(by, Permission.APPROVE_FILES)
    found = sa.select(RegisterComparison).where(
        RegisterComparison.public_id == public_id,
        RegisterComparison.union_id.in_(scope_of(by).unions()),
    )
    return first_or_missing(session, found, lock=False)


def list_comparisons(session: Session, by: Actor) -> list[RegisterComparison]:
    """Return the comparisons of the actor's part of the tree, newest first."""
    require(by, Permission.APPROVE_FILES)
    found = sa.select(RegisterComparison).where(
        RegisterComparison.union_id.in_(scope_of(by).unions())
    )
    return list(session.scalars(found.order_by(RegisterComparison.id.desc()).limit(50)))


def list_differences(
    session: Session, by: Actor, comparison_id: int, kind: DifferenceKind | None = None
) -> list[DifferenceLine]:
    """Return what differs, of one kind if named."""
    comparison = get_comparison(session, by, comparison_id)
    found = (
        sa.select(RegisterDifference, Household.public_id, Household.file_number)
        .outerjoin(Household, Household.id == RegisterDifference.household_id)
        .where(RegisterDifference.comparison_id == comparison.id)
        .order_by(RegisterDifference.kind, RegisterDifference.id)
    )
    if kind is not None:
        found = found.where(RegisterDifference.kind == kind)
    ring = ring_of(session)
    return [
        DifferenceLine(
            difference=row.RegisterDifference,
            household_public_id=row.public_id,
            file_number=row.file_number,
            sides=(
                json.loads(ring.decrypt(row.RegisterDifference.values_cipher, VALUES))
                if row.RegisterDifference.values_cipher
                else {}
            ),
        )
        for row in session.execute(found)
    ]
