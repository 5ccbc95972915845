"""Proposing (推荐): pairs ticked on ranked lists or found by hand, looked at one by one, then proposed."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.identity import mask_name
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Actor, Permission
from matcher.services.posting_lists import find_posting
from matcher.services.referrals import choosing, previews, proposing
from matcher.services.referrals.previews import PairPreview
from matcher.services.referrals.proposing import Pair
from web.asked import asked_words
from web.auth import current_actor
from web.filters import figure
from web.forms import FormErrors, FormState, blank_form, read_form
from web.i18n import gettext, translated
from web.marks import needs
from web.schemas.referrals import ProposeForm
from web.session import reading_aside, request_session
from web.words import places
from web.words.referral_pairs import read_pairs, written

bp = Blueprint("referral_proposals", __name__, url_prefix="/referrals")


@bp.get("/new")
@needs(Permission.REFER)
def review() -> ResponseReturnValue:
    """Show each pair that was ticked, with why it can or cannot be proposed."""
    return _page(blank_form(ProposeForm))


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    pairs = read_pairs(request.values.getlist("pair"))
    with reading_aside() as database:
        found = previews.preview_pairs(database, current_actor(), pairs)
        page = render_template(
            "referrals/review.html",
            form=form,
            rows=[_shown(one) for one in found],
            n_open=sum(one.refusal is None for one in found),
        )
    return page, status


def _shown(one: PairPreview) -> dict[str, Any]:
    """Return a pair as the review writes it."""
    seats = gettext("%(n)s 个", n=figure(one.n_open)) if one.n_open else gettext("没有空席位")
    if one.n_kept:
        seats += gettext("，其中预留 %(n)s 个", n=figure(one.n_kept))
    return {
        "pair": written(one.posting.public_id, one.graduate.public_id),
        "name": one.name_masked,
        "school": one.graduate.school or "",
        "title": one.posting.title,
        "employer": one.employer,
        "refusal": translated(one.refusal.message) if one.refusal else "",
        "why": _why(one),
        "seats": seats,
        "consent": gettext("已同意") if one.agrees else gettext("还没有，提出后征求"),
    }


def _why(one: PairPreview) -> str:
    if one.fit is None:
        return ""
    if one.fit.run_id is None:
        return gettext("人工推荐，没有排序理由")
    return gettext("契合分 %(points)s", points=figure(one.fit.points))


@bp.post("/new")
@needs(Permission.REFER)
def propose() -> ResponseReturnValue:
    """Propose the pairs that stay ticked, and show what became of each."""
    wish = read_form(ProposeForm)
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    session, actor = request_session(), current_actor()
    # What the pairs are is read before they are proposed, so that the names stand beside the results.
    asked = previews.preview_pairs(session, actor, read_pairs(wish.pair))
    pairs = [Pair(one.posting.id, one.graduate.id) for one in asked]
    outcomes = proposing.propose_many(session, actor, pairs, hold_seat=wish.hold)
    rows = [
        _shown(one) | {"refusal": translated(done.words or ""), "public_id": public_id}
        for one, done, public_id in zip(
            asked, outcomes, _public_ids(session, actor, outcomes), strict=True
        )
    ]
    return render_template(
        "referrals/outcomes.html",
        title=gettext("推荐结果"),
        rows=rows,
        n_done=sum(one.refusal is None for one in outcomes),
    )


def _public_ids(session: Session, actor: Actor, outcomes: Any) -> list[str]:
    known = previews.public_ids(session, actor, [one.referral_id for one in outcomes])
    return [known.get(one.referral_id, "") for one in outcomes]


@dataclass(frozen=True)
class Choice:
    """A row of the search."""

    pair: str
    name: str
    sub: str
    fact: str


@bp.get("/find")
@needs(Permission.REFER)
def search() -> ResponseReturnValue:
    """Find postings for a graduate, or graduates for a posting, by their words."""
    session, actor, words = request_session(), current_actor(), asked_words("q")
    graduate, posting = request.args.get("graduate", ""), request.args.get("posting", "")
    if not graduate and not posting:
        return _page(blank_form(ProposeForm))
    if graduate:
        name, rows = _postings(session, actor, graduate, words)
        back = url_for("graduates.show", public_id=graduate)
    else:
        name, rows = _people(session, actor, posting, words)
        back = url_for("postings.list.show", public_id=posting)
    return render_template(
        "referrals/search.html",
        graduate=graduate,
        posting=posting,
        name=name,
        words=words,
        rows=rows,
        back=back,
    )


def _postings(
    session: Session, actor: Actor, graduate: str, words: str
) -> tuple[str, list[Choice]]:
    person = find_graduate(session, actor, graduate)
    rows = [
        Choice(
            written(one.public_id, graduate),
            one.title,
            one.employer,
            "，".join(
                text
                for text in (
                    places.region(one.region_code),
                    gettext("空席位 %(n)s 个", n=figure(one.n_free)),
                )
                if text
            ),
        )
        for one in choosing.postings_for(session, actor, graduate, words)
    ]
    return mask_name(person.name), rows


def _people(session: Session, actor: Actor, posting: str, words: str) -> tuple[str, list[Choice]]:
    title = find_posting(session, actor, posting).posting.title
    rows = [
        Choice(written(posting, one.public_id), one.name_masked, "", one.school or "")
        for one in choosing.people_for(session, actor, posting, words)
    ]
    return title, rows
