"""`yangguang bench alive` end to end, the other side: an employer saves a posting, an organiser looks at its list."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from http.client import OK, SEE_OTHER

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.models.postings import Posting
from seeds.alive_visitor import Fields, Visitor

_ASK_S = 0.5
"""A page asks so often whether its list is still the newest, as its template says."""
_FRESH = re.compile(r'hx-get="([^"]*/as-of[^"]*)"')


@dataclass(frozen=True)
class Offer:
    """A posting that is saved again and again, and the login of its employer."""

    public_id: str
    employer_id: int
    login: str


def choose_offers(session: Session, drive_id: int, count: int) -> list[Offer]:
    """Choose postings that say all a published one must."""
    chosen = (
        sa.select(Posting.public_id, Posting.employer_id)
        .where(Posting.drive_id == drive_id, Posting.education_min.is_not(None))
        .order_by(Posting.id)
        .limit(count)
    )
    return [
        Offer(row.public_id, row.employer_id, f"aliveemployer{number}")
        for number, row in enumerate(session.execute(chosen), 1)
    ]


def save_offer(
    employer: Visitor, organiser: Visitor, offer: Offer, turn: int, patience: float
) -> tuple[float, float, int, bool]:
    """Save a posting with another pay while an organiser has its list open.

    Returns
    -------
    tuple : seconds until the form is answered and until the new list is there, how often the page asked, and
        whether another list came
    """
    page = organiser.get(f"/postings/{offer.public_id}")
    before = _asks(page.text)
    address = f"/my/postings/{offer.public_id}"
    form = _changed(employer.form(f"{address}/edit", address), turn)
    started = time.perf_counter()
    answer = employer.post(address, form)
    posted = time.perf_counter()
    if answer.status != SEE_OTHER:
        raise RuleBrokenError(
            "alive_not_saved", f"岗位保存没有成功（{answer.status}）。请查看日志。"
        )
    asked = 0
    while True:
        time.sleep(_ASK_S)
        asked += 1
        if organiser.get(before, is_part=True).status == OK:
            break
        if time.perf_counter() - started > patience:
            raise RuleBrokenError("alive_no_list", "名单半分钟没有更新。请查看日志。")
    page = organiser.get(f"/postings/{offer.public_id}", is_part=True)
    shown = time.perf_counter()
    return posted - started, shown - started, asked, _asks(page.text) != before


def _changed(form: Fields, turn: int) -> Fields:
    """Return the form with another pay, to be published."""
    low = int(str(form["pay_low_yuan"]))
    return {**form, "pay_high_yuan": str(low + 500 + 100 * (turn % 60)), "act": "publish"}


def _asks(text: str) -> str:
    """Address by which a page asks whether its list is still the newest."""
    found: Sequence[str] = _FRESH.findall(text)
    if not found:
        raise RuleBrokenError("alive_no_list", "岗位页面上没有名单。请查看日志。")
    return unescape(found[0])
