"""Papers of an application (申请材料): which are there, by what; the newest row of a paper counts, none is changed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.household_facts import PaperKind
from matcher.models.entitlements import EntitlementApplication, EntitlementPaper
from matcher.models.household_facts import HouseholdDocument
from matcher.policy.entitlements import Rule, load_catalogue
from matcher.services import audit
from matcher.services.entitlements.tracking import SUBJECT, lock_application
from matcher.services.permissions import Actor, Permission, require


@dataclass(frozen=True)
class PaperLine:
    """One paper an application needs, and the newest word on it."""

    code: str
    name: str
    own: str
    row: EntitlementPaper | None

    @property
    def is_held(self) -> bool:
        """Say whether it is there."""
        return self.row is not None and self.row.is_held


def rule_of(row: EntitlementApplication) -> Rule | None:
    """Return the rule an application was begun by, as the data has it now."""
    rules = [
        one
        for one in load_catalogue().rules
        if one.entitlement == row.entitlement and one.valid_from == row.rule_from_on
    ]
    near = [one for one in rules if (row.region_code or "").startswith(one.region)]
    return max(near, key=lambda one: len(one.region), default=None)


def lines_of(session: Session, row: EntitlementApplication) -> list[PaperLine]:
    """Return the papers an application needs in the rule's order, those added beside after them."""
    catalogue = load_catalogue()
    newest = _newest(session, row.id)
    rule = rule_of(row)
    wanted = list(rule.papers if rule else ())
    wanted += [code for code in newest if code not in wanted and code in catalogue.papers]
    return [
        PaperLine(code, catalogue.papers[code].name, catalogue.papers[code].own, newest.get(code))
        for code in wanted
    ]


def _newest(session: Session, application_id: int) -> dict[str, EntitlementPaper]:
    rows = session.scalars(
        sa.select(EntitlementPaper)
        .where(EntitlementPaper.application_id == application_id)
        .order_by(EntitlementPaper.id)
    )
    return {row.paper: row for row in rows}


def set_paper(
    session: Session,
    by: Actor,
    application_id: int,
    paper: str,
    *,
    is_held: bool,
    note: str | None = None,
    happened_on: dt.date | None = None,
) -> EntitlementPaper:
    """Write down that a paper is there, or is not any more; the same word again writes nothing new.

    Raises
    ------
    InvalidInputError
        No such paper, or a day to come.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    row = lock_application(session, by, application_id)
    day = happened_on or clock.today()
    fields = {}
    if paper not in load_catalogue().papers:
        fields["paper"] = "没有这种材料。"
    if day > clock.today():
        fields["happened_on"] = "日期不能晚于今天。"
    if fields:
        raise InvalidInputError("entitlement_input", "请修改标出的项目。", fields=fields)
    old = _newest(session, row.id).get(paper)
    if old is not None and old.is_held is is_held and (note or "").strip() == (old.note or ""):
        return old
    made = _write(session, by, row, paper, is_held=is_held, note=note, day=day, old=old)
    audit.record(
        session, by, "entitlement.paper", subject=(SUBJECT, row.id), paper=paper, held=is_held
    )
    return made


def _write(
    session: Session,
    by: Actor,
    row: EntitlementApplication,
    paper: str,
    *,
    is_held: bool,
    day: dt.date,
    note: str | None = None,
    old: EntitlementPaper | None = None,
    document_id: int | None = None,
) -> EntitlementPaper:
    made = EntitlementPaper(
        application_id=row.id,
        paper=paper,
        is_held=is_held,
        document_id=document_id,
        note=(note or "").strip() or None,
        happened_on=day,
        entered_at=clock.now(),
        actor_id=by.account_id,
        replaces_id=old.id if old else None,
    )
    session.add(made)
    session.flush()
    return made


def take_from_file(
    session: Session,
    by: Actor,
    row: EntitlementApplication,
    household_id: int | None,
    papers: Sequence[str],
) -> int:
    """Note the papers the household's file has already, each with its document; returns how many."""
    if household_id is None:
        return 0
    valid = sa.or_(
        HouseholdDocument.valid_until.is_(None), HouseholdDocument.valid_until >= clock.today()
    )
    of_person = sa.or_(
        HouseholdDocument.member_id.is_(None), HouseholdDocument.member_id == row.member_id
    )
    rows = session.scalars(
        sa.select(HouseholdDocument)
        .where(HouseholdDocument.household_id == household_id, valid, of_person)
        .order_by(HouseholdDocument.id)
    )
    by_kind: dict[PaperKind, HouseholdDocument] = {one.kind: one for one in rows}
    n_found = 0
    for code in papers:
        kinds = [PaperKind(kind) for kind in load_catalogue().papers[code].kinds]
        document = next((by_kind[kind] for kind in kinds if kind in by_kind), None)
        if document is not None:
            day = clock.today()
            _write(session, by, row, code, is_held=True, day=day, document_id=document.id)
            n_found += 1
    return n_found
