"""What is recorded of a placement (去向登记内容), checked field by field before it becomes a row."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.identity import normalise_credit_code
from matcher.kinds.placements import DestinationGroup
from matcher.models.employers import Employer
from matcher.policy import destinations
from matcher.policy.deadlines import add_months
from matcher.policy.destinations import Destination
from matcher.services.permissions import Actor
from matcher.services.rows import get_in_scope

_BEGUN = frozenset({DestinationGroup.BUSINESS, DestinationGroup.FLEXIBLE})
"""Said of what already is; the others may be recorded when they are signed."""

_MONTHS_AHEAD = 12
"""A first day further off is a slip of the pen: who signs in spring begins the same year."""

_NAMELESS = frozenset(
    {
        DestinationGroup.ENLISTED,
        DestinationGroup.FLEXIBLE,
        DestinationGroup.WAITING,
        DestinationGroup.NOT_NOW,
        DestinationGroup.EXCLUDED,
    }
)
"""Destinations without a unit to be named."""


@dataclass(frozen=True, kw_only=True)
class PlacementFacts:
    """Where somebody went.

    Parameters
    ----------
    destination : code with its list, such as graduate_destination:11; digits alone are refused
    employer_id : an employer on file, whose name and credit code are taken over
    unit_nature : kind of unit (单位性质) with its list
    is_helped : whether the union brought it about; a referral always did
    is_public_welfare : whether the post is one of public welfare (公益性岗位)
    """

    destination: str
    started_on: dt.date
    employer_id: int | None = None
    employer_name: str | None = None
    credit_code: str | None = None
    unit_nature: str | None = None
    job_title: str | None = None
    region_code: str | None = None
    pay_fen: int | None = None
    signed_on: dt.date | None = None
    contract_from_on: dt.date | None = None
    contract_until_on: dt.date | None = None
    is_helped: bool = False
    is_public_welfare: bool = False


def destination_of(text: str, on: dt.date) -> Destination:
    """Return the destination of a qualified code, for a use case.

    Raises
    ------
    InvalidInputError
        The list is missing, or it has no such code on that day.
    """
    try:
        found = destinations.find_destination(*destinations.split_qualified(text), on)
    except ValueError as error:
        said = "请从代码表里选去向；只有数字不能用，不同代码表里同一数字意思不同。"
        raise InvalidInputError(
            "destination_without_list", said, fields={"destination": said}
        ) from error
    if found is None:
        said = "这个代码表当时没有这个去向代码，请重新选择。"
        raise InvalidInputError("destination_unknown", said, fields={"destination": said})
    return found


def checked(
    session: Session, by: Actor, facts: PlacementFacts
) -> tuple[Destination, dict[str, Any]]:
    """Return the destination and the columns of a placement; InvalidInputError names the wrong fields."""
    destination = destination_of(facts.destination, facts.started_on)
    name, credit_code, employer_id = _unit(session, by, facts)
    wrong = _wrong_days(facts, destination) | _wrong_unit(facts, destination, name)
    nature_list, nature_code = _nature(facts, wrong)
    if wrong:
        raise InvalidInputError("placement_input", "去向登记有误，请改正标出的项目。", fields=wrong)
    return destination, {
        "destination_list": destination.list_name,
        "destination_code": destination.code,
        "is_outcome": destination.counts,
        "employer_id": employer_id,
        "employer_name": name,
        "credit_code": credit_code,
        "unit_nature_list": nature_list,
        "unit_nature_code": nature_code,
        "job_title": _text(facts.job_title),
        "region_code": _text(facts.region_code),
        "pay_fen": facts.pay_fen,
        "signed_on": facts.signed_on,
        "contract_from_on": facts.contract_from_on,
        "contract_until_on": facts.contract_until_on,
        "started_on": facts.started_on,
        "is_helped": facts.is_helped,
        "is_public_welfare": facts.is_public_welfare,
    }


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None


def _unit(
    session: Session, by: Actor, facts: PlacementFacts
) -> tuple[str | None, str | None, int | None]:
    """Return name, credit code and number of the employer: on file, or known again by its code."""
    if facts.employer_id is not None:
        row = get_in_scope(session, by, Employer, facts.employer_id)
        return row.name, row.credit_code, row.id
    name, code = _text(facts.employer_name), None
    if _text(facts.credit_code):
        code = normalise_credit_code(facts.credit_code or "")
    known = None
    if code is not None:
        known = session.scalar(sa.select(Employer.id).where(Employer.credit_code == code))
    return name, code, known


def _wrong_days(facts: PlacementFacts, destination: Destination) -> dict[str, str]:
    today, wrong = clock.today(), {}
    if facts.started_on > today and destination.group in _BEGUN:
        wrong["started_on"] = "自主创业、灵活就业请在开始以后登记。"
    elif facts.started_on > add_months(today, _MONTHS_AHEAD):
        wrong["started_on"] = "开始日期离今天超过一年，请核对。"
    if facts.signed_on is not None and facts.signed_on > today:
        wrong["signed_on"] = "签约日期不能晚于今天。"
    if facts.contract_until_on is not None and facts.contract_from_on is None:
        wrong["contract_from_on"] = "填了合同终止日期，请填起始日期。"
    elif (
        facts.contract_from_on is not None
        and facts.contract_until_on is not None
        and facts.contract_until_on < facts.contract_from_on
    ):
        wrong["contract_until_on"] = "合同终止日期不能早于起始日期。"
    return wrong


def _wrong_unit(
    facts: PlacementFacts, destination: Destination, name: str | None
) -> dict[str, str]:
    wrong = {}
    if name is None and destination.group not in _NAMELESS:
        wrong["employer_name"] = "请写明单位名称；升学、出国写学校。"
    if destination.group is DestinationGroup.FLEXIBLE and not _text(facts.job_title):
        wrong["job_title"] = "灵活就业请写明做什么。"
    if facts.pay_fen is not None and facts.pay_fen <= 0:
        wrong["pay_yuan"] = "月收入应大于 0；不清楚就不填。"
    return wrong


def _nature(facts: PlacementFacts, wrong: dict[str, str]) -> tuple[str | None, str | None]:
    text = _text(facts.unit_nature)
    if text is None:
        return None, None
    try:
        found = destinations.find_unit_nature(*destinations.split_qualified(text), facts.started_on)
    except ValueError:
        found = None
    if found is None:
        wrong["unit_nature"] = "请从单位性质代码表里选。"
        return None, None
    return found.list_name, found.code
