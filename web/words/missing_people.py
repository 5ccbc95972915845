"""People a target still waits for, as lines: how far each is, who answers, and the next thing to do."""

import datetime as dt
from dataclasses import dataclass

from matcher import clock
from matcher.kinds.placements import PlacementState
from matcher.services.figures.missing import MissingPerson
from matcher.services.figures.targets import TargetCodes
from web.addresses import address_of
from web.filters import day
from web.i18n import gettext, label

_WAITING = frozenset({PlacementState.REPORTED, PlacementState.CHECKING})


@dataclass(frozen=True)
class MissingLine:
    """One person as a list writes them.

    Parameters
    ----------
    words : how far the person is now
    act, act_address : the next thing to do and where; no address for who may not do it
    case : public number of the open case, for choosing several at once; empty without one
    """

    name: str
    address: str
    union: str
    words: str
    owner: str
    next_on: dt.date | None
    act: str
    act_address: str
    case: str
    is_earlier: bool
    since: dt.date

    @property
    def is_late(self) -> bool:
        """Say whether the day agreed with the person has passed."""
        return self.next_on is not None and self.next_on < clock.today()


def missing_line(person: MissingPerson, codes: TargetCodes, drive_id: int) -> MissingLine:
    """Return a person as a line of the list of a target."""
    row, case = person.row, person.case
    act, act_address = _act(person, codes, drive_id)
    return MissingLine(
        name=row.name_masked or "",
        address=person_address(person, drive_id),
        union=row.union_name,
        words=next_words(person),
        owner=(case.owner_name or "") if case else "",
        next_on=case.next_on if case else None,
        act=act,
        act_address=act_address,
        case=case.public_id if case and case.is_whole else "",
        is_earlier=row.is_earlier,
        since=row.happened_on,
    )


def person_address(person: MissingPerson, drive_id: int) -> str:
    """Return the page of the person the role in use may open: the case, else the record."""
    if person.case is not None and person.case.is_whole:
        return address_of("cases.show", public_id=person.case.public_id)
    return address_of("graduates.show", public_id=person.row.graduate_public_id, drive=drive_id)


def _act(person: MissingPerson, codes: TargetCodes, drive_id: int) -> tuple[str, str]:
    graduate = person.row.graduate_public_id
    if person.case is None:
        return gettext("立个案"), address_of("cases.new", graduate=graduate)
    if person.placement is not None and person.placement.state in _WAITING:
        return gettext("看去向"), address_of(
            "placements.show", public_id=person.placement.public_id
        )
    if person.referral is not None and person.referral.state.is_live:
        return gettext("看推荐"), address_of("referrals.show", public_id=person.referral.public_id)
    if codes.done == "served":
        return gettext("登记服务"), person_address(person, drive_id) if person.case.is_whole else ""
    address = address_of("referral_proposals.search", graduate=graduate, drive=drive_id)
    return gettext("找岗位推荐"), address


def next_words(person: MissingPerson) -> str:
    """Return what stands between a person and the target, the furthest thing first."""
    if person.placement is not None:
        return gettext("去向：%(state)s", state=label(person.placement.state))
    if person.referral is not None:
        return gettext("推荐：%(state)s", state=label(person.referral.state))
    if person.act is not None:
        return gettext(
            "%(day)s%(kind)s，%(outcome)s",
            day=day(person.act.happened_on),
            kind=label(person.act.kind),
            outcome=label(person.act.outcome),
        )
    if person.case is None:
        return gettext("还没有个案")
    contact = person.case.last_contact_on
    return gettext("%(day)s联系过", day=day(contact)) if contact else gettext("从未联系")
