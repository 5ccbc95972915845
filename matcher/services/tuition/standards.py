"""The cities' standards of tuition aid (助学标准): set at city level or above, the same for everybody below.

No county departs from it (S1: 各县区不得另定). A new edition replaces the old one of the same year; what was judged
before keeps the amount it was judged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.approvals import LEVEL_OF_UNION, StepLevel
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.tuition import AdmissionBatch, SchoolPlace, TuitionStage
from matcher.models.organisations import Union, UnionClosure
from matcher.models.tuition import TuitionAmount, TuitionStandard
from matcher.policy.tuition import AmountKey, StandardTerms, default_standard
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import not_found, unique_or

SUBJECT = "tuition_standard"


@dataclass(frozen=True, kw_only=True)
class StandardInput:
    """A standard to be set; amounts not named are not regulated."""

    from_year: int
    home_region: str
    batches: frozenset[AdmissionBatch]
    amounts: Mapping[AmountKey, int]
    source: str


@dataclass(frozen=True)
class StandardRow:
    """A standard in force with the union that set it; None is the dated data."""

    terms: StandardTerms
    union: str | None


def may_set(session: Session, by: Actor) -> bool:
    """Say whether the actor may set a standard: a drive manager of a union of city level or above."""
    if by.union_id is None or not may(by, Permission.MANAGE_DRIVE):
        return False
    return _is_city(session.get_one(Union, by.union_id))


def _is_city(union: Union) -> bool:
    return LEVEL_OF_UNION[union.kind].rank >= StepLevel.CITY.rank


def set_standard(session: Session, by: Actor, wish: StandardInput) -> TuitionStandard:
    """Set the own city's standard from a school year on.

    Raises
    ------
    RuleBrokenError
        The actor's union stands below city level.
    InvalidInputError
        No amounts, no batches, no region, or nothing said of where it is written.
    """
    require(by, Permission.MANAGE_DRIVE)
    if by.union_id is None:
        raise not_found()
    union = session.get_one(Union, by.union_id, with_for_update=True)
    if not _is_city(union):
        raise RuleBrokenError(
            "standard_of_city", "助学标准由市级工会统一制定，县级和基层工会不能另定或修改。"
        )
    _check(wish)
    _replace_standing(session, union, wish.from_year)
    row = TuitionStandard(
        union_id=union.id,
        from_year=wish.from_year,
        home_region=wish.home_region.strip(),
        batches=[one.value for one in AdmissionBatch if one in wish.batches],
        source=wish.source.strip(),
        set_at=clock.now(),
        set_by_id=by.account_id,
    )
    with unique_or(
        session, RuleBrokenError("standard_set", "这个学年的标准刚被别人修改，请刷新后再试。")
    ):
        session.add(row)
    _add_amounts(session, row, wish)
    audit.record(
        session,
        by,
        "tuition.standard_set",
        subject=(SUBJECT, row.id),
        union=union.id,
        year=row.from_year,
    )
    session.flush()
    return row


def _replace_standing(session: Session, union: Union, from_year: int) -> None:
    standing = sa.select(TuitionStandard).where(
        TuitionStandard.union_id == union.id,
        TuitionStandard.from_year == from_year,
        TuitionStandard.replaced_at.is_(None),
    )
    for one in session.scalars(standing):
        one.replaced_at = clock.now()


def _add_amounts(session: Session, row: TuitionStandard, wish: StandardInput) -> None:
    for (stage, place, level), amount in sorted(wish.amounts.items()):
        session.add(
            TuitionAmount(
                standard_id=row.id, stage=stage, place=place, level=level, amount_fen=amount
            )
        )


def _check(wish: StandardInput) -> None:
    fields = {}
    if not wish.amounts:
        fields["amounts"] = "请至少填写一项标准。"
    if any(amount <= 0 for amount in wish.amounts.values()):
        fields["amounts"] = "标准应大于零。"
    if not wish.batches:
        fields["batches"] = "请选择资助的录取批次。"
    if not wish.home_region.strip().isdecimal():
        fields["home_region"] = "请填写行政区划代码，例如 640000。"
    if not wish.source.strip():
        fields["source"] = "请写明依据，例如某通知的文号。"
    if abs(wish.from_year - clock.today().year) > 2:
        fields["from_year"] = "请核对学年。"
    if fields:
        raise InvalidInputError("standard_input", "标准有误，请修改标出的项目。", fields=fields)


def standard_for(session: Session, union_id: int, year: int) -> StandardRow | None:
    """Return the standard that holds for a union and school year: the nearest city's or above, else the dated data."""
    found = session.execute(
        sa.select(TuitionStandard, Union.name)
        .join(UnionClosure, UnionClosure.ancestor_id == TuitionStandard.union_id)
        .join(Union, Union.id == TuitionStandard.union_id)
        .where(
            UnionClosure.descendant_id == union_id,
            TuitionStandard.from_year <= year,
            TuitionStandard.replaced_at.is_(None),
        )
        .order_by(UnionClosure.depth, TuitionStandard.from_year.desc())
        .limit(1)
    ).first()
    if found is not None:
        return StandardRow(_terms(session, found.TuitionStandard), found.name)
    terms = default_standard(session.get_one(Union, union_id).region_code, year)
    return StandardRow(terms, None) if terms is not None else None


def _terms(session: Session, row: TuitionStandard) -> StandardTerms:
    amounts = sa.select(TuitionAmount).where(TuitionAmount.standard_id == row.id)
    ordered = amounts.order_by(TuitionAmount.stage, TuitionAmount.place, TuitionAmount.level)
    return StandardTerms(
        from_year=row.from_year,
        home_region=row.home_region,
        batches=frozenset(AdmissionBatch(one) for one in row.batches),
        amounts={
            (one.stage, one.place, one.level): one.amount_fen for one in session.scalars(ordered)
        },
        source=row.source,
    )


@dataclass(frozen=True)
class Edition:
    """One edition of the standards above or of the own union, newest first."""

    standard: TuitionStandard
    union: str
    terms: StandardTerms


def list_editions(session: Session, by: Actor) -> list[Edition]:
    """Return the editions that held or hold for the actor's union."""
    require(by, Permission.VIEW_FILES)
    if by.union_id is None:
        scope_of(by)
        return []
    found = session.execute(
        sa.select(TuitionStandard, Union.name)
        .join(UnionClosure, UnionClosure.ancestor_id == TuitionStandard.union_id)
        .join(Union, Union.id == TuitionStandard.union_id)
        .where(UnionClosure.descendant_id == by.union_id)
        .order_by(TuitionStandard.from_year.desc(), TuitionStandard.id.desc())
    )
    return [
        Edition(row.TuitionStandard, row.name, _terms(session, row.TuitionStandard))
        for row in found
    ]


STAGES, PLACES = tuple(TuitionStage), tuple(SchoolPlace)
LEVELS = tuple(one for one in SchoolLevel if one.is_higher)
"""Levels a standard may name."""
