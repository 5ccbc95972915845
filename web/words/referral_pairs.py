"""Pairs of a person and a posting beside a ranked list (可推荐、已推荐): what a row says, what may be ticked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from matcher.kinds import Verdict
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor, Permission, may
from matcher.services.referrals import lists
from web.words.ranked import ShownRow
from web.words.referrals import state_words

_BETWEEN = ":"


@dataclass(frozen=True)
class RowReferral:
    """What a row of a ranked list says of referring.

    Parameters
    ----------
    pair : what is ticked to refer this pair; empty where it cannot be ticked
    words, chip, address : the last referral of the pair, if there is one
    """

    pair: str = ""
    words: str = ""
    chip: str = ""
    address: str = ""


def written(posting: str, graduate: str) -> str:
    """Return a pair as forms carry it."""
    return f"{posting}{_BETWEEN}{graduate}"


def read_pairs(sent: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of public numbers (posting, graduate) in the order sent, each once; nonsense is dropped."""
    found: dict[tuple[str, str], None] = {}
    for text in sent:
        posting, _, graduate = text.partition(_BETWEEN)
        if posting and graduate:
            found[posting, graduate] = None
    return list(found)


def beside_people(
    session: Session, by: Actor, posting: Posting, rows: Iterable[ShownRow]
) -> dict[str, RowReferral]:
    """Return what rows of a posting's list say of referring, by the graduate's public number; one query."""
    if not may(by, Permission.VIEW_REFERRALS):
        return {}
    standing = lists.standing_pairs(session, by, posting_id=posting.id)
    return {
        one.public_id: _row(by, one, standing, written(posting.public_id, one.public_id))
        for one in rows
    }


def beside_offers(
    session: Session, by: Actor, graduate: Graduate, rows: Iterable[ShownRow]
) -> dict[str, RowReferral]:
    """Return what rows of a graduate's list say of referring, by the posting's public number; one query."""
    if not may(by, Permission.VIEW_REFERRALS):
        return {}
    standing = lists.standing_pairs(session, by, graduate_id=graduate.id)
    return {
        one.public_id: _row(by, one, standing, written(one.public_id, graduate.public_id))
        for one in rows
    }


def _row(by: Actor, one: ShownRow, standing: Mapping[str, Referral], pair: str) -> RowReferral:
    last = standing.get(one.public_id)
    goes_on = last is not None and last.state.is_live and last.left_on is None
    may_tick = may(by, Permission.REFER) and one.verdict is Verdict.YES and not goes_on
    if last is None:
        return RowReferral(pair=pair if may_tick else "")
    words = state_words(last)
    address = url_for("referrals.show", public_id=last.public_id)
    return RowReferral(pair if may_tick else "", words.words, words.chip, address)
