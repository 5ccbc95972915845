"""An employer's own intents after a fair (会后意向): what became of them, told on the site as by the link."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.fair_reports import OutcomeSide, SurveySide
from matcher.services.fair_employers.sight import own_place
from matcher.services.fair_reports import follow_lists, following
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.schemas.fair_reports import OwnOutcomeForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_reports as words

bp = Blueprint("own_fair_intents", __name__, url_prefix="/my-fairs/<public_id>/intents")


@bp.get("")
@needs(Permission.TAKE_PART_IN_FAIRS)
def index(public_id: str) -> ResponseReturnValue:
    """List the intents of the own booth, masked as the visitors agreed at the least."""
    return _page(public_id)


def _page(
    public_id: str, outcome: FormErrors | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as session:
        place = own_place(session, current_actor(), public_id)
        follows = follow_lists.follows_of_place(session, place.row.id)
        said = following.last_words_of(session, [one.id for one in follows])
        page = render_template(
            "fair_reports/own_intents.html",
            fair=place.fair,
            intents=[
                (row, other, said[row.follow.id].get(OutcomeSide.EMPLOYER))
                for row, other in follow_lists.rows_of_ask(session, follows, SurveySide.EMPLOYER)
            ],
            outcome=outcome,
            answers=words.answers(SurveySide.EMPLOYER),
        )
    return page, status


@bp.post("")
@needs(Permission.TAKE_PART_IN_FAIRS)
def tell(public_id: str) -> ResponseReturnValue:
    """Take what became of one of the own intents."""
    wish = read_form(OwnOutcomeForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    session, actor = request_session(), current_actor()
    own_place(session, actor, public_id)
    try:
        following.tell(session, actor, wish.follow, Told(wish.said, wish.happened_on))
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(OwnOutcomeForm, error), 422)
    toast(gettext("已记下，谢谢"))
    return see_other(url_for(".index", public_id=public_id))
