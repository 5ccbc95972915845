"""Yearly reviews (年度复核): drawing the sample, recording results, and the two lists beside them."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.approvals import ReviewOutcome
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.services.hardship import review_lists, reviews
from matcher.services.hardship.reviews import ResultInput
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.reviews import DrawForm, ResultForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("reviews", __name__, url_prefix="/reviews")

MENU = (
    NavItem(
        "reviews.index",
        msg("年度复核"),
        Permission.VIEW_FILES,
        "report",
        hint=msg("抽查、一年未改和未帮扶过的档案"),
    ),
)

_CHIPS = {
    ReviewOutcome.UNCHANGED: "done",
    ReviewOutcome.CHANGED: "hold",
    ReviewOutcome.NOT_ELIGIBLE: "stop",
    ReviewOutcome.NOT_REACHED: "hold",
}


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """List the reviews, and how many files each of the two lists holds."""
    return _index()


def _index(form: FormState | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        found = reviews.list_reviews(session, actor)
        names = {one.union_id: session.get_one(Union, one.union_id).name for one, _, _ in found}
        page = render_template(
            "reviews/list.html",
            reviews=found,
            names=names,
            n_unchanged=_count(review_lists.unchanged_files(actor, clock.today())),
            n_unhelped=_count(review_lists.unhelped_files(actor)),
            form=form or blank_form(DrawForm, year=clock.today().year),
            may_draw=may(actor, Permission.APPROVE_FILES),
        )
    return page, 422 if form else 200


def _count(found: sa.Select[Household]) -> int:
    inside = found.with_only_columns(Household.id).order_by(None).subquery()
    with reading_aside() as session:
        return session.scalars(sa.select(sa.func.count()).select_from(inside)).one()


@bp.post("")
@needs(Permission.APPROVE_FILES)
def draw() -> ResponseReturnValue:
    """Draw the sample of a year for the union in use."""
    wish = read_form(DrawForm)
    if isinstance(wish, FormErrors):
        return _index(wish)
    actor = current_actor()
    review = reviews.draw(request_session(), actor, union_id=actor.union_id or 0, year=wish.year)
    toast(gettext("已抽取"))
    return see_other(url_for("reviews.show", public_id=review.public_id))


@bp.get("/unchanged")
@needs(Permission.VIEW_FILES)
def unchanged() -> ResponseReturnValue:
    """List the files nobody changed for a year."""
    found = review_lists.unchanged_files(current_actor(), clock.today())
    return _files(found, gettext("一年未改的档案"))


@bp.get("/unhelped")
@needs(Permission.VIEW_FILES)
def unhelped() -> ResponseReturnValue:
    """List the files nobody was helped from."""
    return _files(review_lists.unhelped_files(current_actor()), gettext("没有服务记录的档案"))


def _files(found: sa.Select[Household], title: str) -> ResponseReturnValue:
    session = request_session()
    wanted = requested_slice()
    total = _count(found)
    rows = list(session.scalars(found.limit(wanted.limit).offset(wanted.offset)))
    return render_template(
        "reviews/files.html",
        title=title,
        rows=rows,
        holders=review_lists.holders_of(session, current_actor(), [row.id for row in rows]),
        pager=page_of(wanted, total),
    )


@bp.get("/<public_id>")
@needs(Permission.VIEW_FILES)
def show(public_id: str) -> ResponseReturnValue:
    """Show the drawn list with what was found."""
    session, actor = request_session(), current_actor()
    review = reviews.find_review(session, actor, public_id)
    lines = reviews.list_items(session, actor, review.id)
    return render_template(
        "reviews/show.html",
        review=review,
        union=session.get_one(Union, review.union_id),
        lines=lines,
        n_done=sum(line.item.outcome is not None for line in lines),
        is_as_drawn=reviews.is_as_drawn(session, review),
        chips=_CHIPS,
        may_record=may(actor, Permission.APPROVE_FILES),
    )


@bp.get("/items/<item_id>")
@needs(Permission.APPROVE_FILES)
def item(item_id: str) -> ResponseReturnValue:
    """Show the form for the result of one drawn file."""
    return _item(item_id)


def _item(item_id: str, form: FormState | None = None) -> ResponseReturnValue:
    with reading_aside() as session:
        line, review = reviews.find_item(session, current_actor(), item_id)
        stands = {
            "outcome": line.item.outcome,
            "reviewed_on": line.item.reviewed_on or clock.today(),
            "note": line.note,
        }
        page = render_template(
            "reviews/item.html",
            line=line,
            review=review,
            form=form or blank_form(ResultForm, **stands),
            outcomes=[(one.value, label(one)) for one in ReviewOutcome],
        )
    return page, 422 if form else 200


@bp.post("/items/<item_id>")
@needs(Permission.APPROVE_FILES)
def record(item_id: str) -> ResponseReturnValue:
    """Record what the review of one file found."""
    with reading_aside() as session:
        line, review = reviews.find_item(session, current_actor(), item_id)
        number, review_id = line.item.id, review.public_id
    wish = read_form(ResultForm)
    if isinstance(wish, FormErrors):
        return _item(item_id, wish)
    facts = ResultInput(outcome=wish.outcome, reviewed_on=wish.reviewed_on, note=wish.note or "")
    try:
        reviews.record_result(
            request_session(),
            current_actor(),
            number,
            facts,
            expected_version=request.form.get("version", type=int),
        )
    except InvalidInputError as error:
        undo_request()
        return _item(item_id, refused_form(ResultForm, error))
    toast(gettext("复核结果已登记"))
    return see_other(url_for("reviews.show", public_id=review_id))
