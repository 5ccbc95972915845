"""Facts somebody asked for (问到的情况), and all that is known of people: what was asked stands above the records.

Rows are never changed: another answer is a new row that names the one it replaces, and 还不知道 takes an answer back.
The union's staff ask persons and units; what was answered is shown with its day, its basis and who wrote it down.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.models.entitlements import EntitlementFact
from matcher.policy.entitlement_facts import Fact, FactKind, FactOf, FactValue
from matcher.policy.entitlements import load_catalogue
from matcher.services import audit
from matcher.services.entitlements.records import Known, known_of
from matcher.services.entitlements.sight import Claimant
from matcher.services.permissions import Actor, Permission, require

UNKNOWN = "unknown"
"""Value that takes an answer back: it is not known after all."""

_MOST = 1_000
_FIRST_DAY = dt.date(1940, 1, 1)


@dataclass(frozen=True)
class About:
    """Whom or what facts are about: one of a person, a unit, a hire."""

    graduate_id: int | None = None
    member_id: int | None = None
    employer_id: int | None = None
    placement_id: int | None = None

    @property
    def subject(self) -> tuple[str, int]:
        """Return kind and id under which the trail keeps it."""
        pairs = (
            ("placement", self.placement_id),
            ("employer", self.employer_id),
            ("graduate", self.graduate_id),
            ("member", self.member_id),
        )
        return next((kind, number) for kind, number in pairs if number is not None)

    def condition(self) -> sa.ColumnElement[bool]:
        """Return the condition on `EntitlementFact` for its rows."""
        named = {
            EntitlementFact.graduate_id: self.graduate_id,
            EntitlementFact.member_id: self.member_id,
            EntitlementFact.employer_id: self.employer_id,
            EntitlementFact.placement_id: self.placement_id,
        }
        return sa.or_(*(column == number for column, number in named.items() if number is not None))


def about(person: Claimant) -> About:
    """Return whom a person's facts are about."""
    return About(graduate_id=person.graduate_id, member_id=person.member_id)


def find_fact(code: str) -> Fact:
    """Return how a fact is asked.

    Raises
    ------
    InvalidInputError
        No rule reads a fact of this name.
    """
    catalogue = load_catalogue()
    _, _, made = code.rpartition(".")
    known = code in catalogue.facts or made in catalogue.entitlements or made in catalogue.others
    if not known:
        message = "没有这一项，请刷新后再填。"
        raise InvalidInputError("entitlement_fact", message, fields={"code": message})
    return catalogue.fact(code)


def parse(fact: Fact, text: str) -> FactValue | None:
    """Return an answer as a value; None for 还不知道, and for a text nobody can read any more."""
    if text == UNKNOWN:
        return None
    try:
        return _parse(fact, text)
    except ValueError:
        return None


def _parse(fact: Fact, text: str) -> FactValue:
    if fact.kind is FactKind.YES_NO:
        return {"yes": True, "no": False}[text] if text in ("yes", "no") else _wrong()
    if fact.kind is FactKind.DATE:
        day = dt.date.fromisoformat(text)
        return day if day >= _FIRST_DAY else _wrong()
    if fact.kind is FactKind.COUNT:
        number = int(text)
        return number if 0 <= number < _MOST else _wrong()
    return text if text in fact.choices else _wrong()


def _wrong() -> FactValue:
    raise ValueError("not an answer to this question")


def record_facts(
    session: Session,
    by: Actor,
    subject: About,
    answers: Mapping[str, str],
    *,
    basis: str | None = None,
    asked_on: dt.date | None = None,
) -> int:
    """Write answers down; one equal to what stands writes nothing. Returns how many were new.

    Raises
    ------
    InvalidInputError
        A fact nobody asks for, an answer that is none, or a day to come; fields are named after the facts.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    day = asked_on or clock.today()
    wrong = {} if day <= clock.today() else {"asked_on": "日期不能晚于今天。"}
    standing = _standing(session, subject)
    new: list[EntitlementFact] = []
    for code, text in answers.items():
        fact = find_fact(code)
        if text != UNKNOWN and parse(fact, text) is None:
            wrong[code] = _HINTS[fact.kind]
        old = standing.get(code)
        if (old.value if old else UNKNOWN) != text:
            new.append(_row(by, subject, code, text, day=day, basis=basis, old=old))
    if wrong:
        raise InvalidInputError("entitlement_fact", "有几项填得不对，请修改。", fields=wrong)
    session.add_all(new)
    session.flush()
    if new:
        codes = sorted(one.code for one in new)
        audit.record(session, by, "entitlement.asked", subject=subject.subject, facts=codes)
    return len(new)


_HINTS = {
    FactKind.YES_NO: "请选是、否或还不知道。",
    FactKind.DATE: "日期写成 2026-06-30 这样。",
    FactKind.COUNT: "请填整数。",
    FactKind.CHOICE: "请从列表中选择。",
}


def _row(
    by: Actor,
    subject: About,
    code: str,
    text: str,
    *,
    day: dt.date,
    basis: str | None,
    old: EntitlementFact | None,
) -> EntitlementFact:
    return EntitlementFact(
        graduate_id=subject.graduate_id,
        member_id=subject.member_id,
        employer_id=subject.employer_id,
        placement_id=subject.placement_id,
        code=code,
        value=text,
        basis=(basis or "").strip() or None,
        happened_on=day,
        entered_at=clock.now(),
        actor_id=by.account_id,
        replaces_id=old.id if old else None,
    )


def _standing(session: Session, subject: About) -> dict[str, EntitlementFact]:
    rows = session.scalars(
        sa.select(EntitlementFact).where(subject.condition()).order_by(EntitlementFact.id)
    )
    return {row.code: row for row in rows}


def known(row: EntitlementFact) -> Known | None:
    """Return what an answer says, or None if it was taken back."""
    value = parse(find_fact(row.code), row.value)
    return None if value is None else Known(value, "asked", row.happened_on, row.basis)


def asked_of(session: Session, subject: About) -> dict[str, Known]:
    """Return the answers that stand about one person, unit or hire."""
    found = {code: known(row) for code, row in _standing(session, subject).items()}
    return {code: one for code, one in found.items() if one is not None}


def all_known(
    session: Session, people: Sequence[Claimant]
) -> dict[tuple[str, int], dict[str, Known]]:
    """Return everything known of people: answers above records; bulk."""
    found = known_of(session, people)
    by_graduate = {one.graduate_id: one.key for one in people if one.graduate_id}
    by_member = {one.member_id: one.key for one in people if one.member_id}
    rows = session.scalars(
        sa.select(EntitlementFact)
        .where(
            sa.or_(
                EntitlementFact.graduate_id.in_(sorted(by_graduate)),
                EntitlementFact.member_id.in_(sorted(by_member)),
            )
        )
        .order_by(EntitlementFact.id)
    )
    newest: dict[tuple[tuple[str, int], str], EntitlementFact] = {}
    for row in rows:
        key = by_graduate.get(row.graduate_id or 0) or by_member.get(row.member_id or 0)
        if key is not None:
            newest[key, row.code] = row
    for (key, code), row in newest.items():
        answer = known(row)
        if answer is not None and find_fact(code).of is FactOf.PERSON:
            found[key] = found[key] | {code: answer}
    return found
