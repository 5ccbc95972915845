"""Publicity (宣传同意): what people signed, letting that very text leave, taking a consent back."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.people_rights import StoryAnswer
from matcher.services.people_rights import rights_lists, story_consents, story_lists
from matcher.services.people_rights.story_consents import SignedPaper, Story
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.people_rights import StoryForm, StoryRelease
from web.session import reading_aside, request_session

bp = Blueprint("stories", __name__, url_prefix="/stories")

MENU = (
    NavItem(
        "stories.index",
        msg("宣传同意"),
        Permission.VIEW_CASES,
        "rights",
        hint=msg("登记本人签字的宣传同意，发布前逐字核对"),
    ),
)


@bp.get("")
@needs(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List what people said to publicity."""
    rows = requested_slice()
    found = story_lists.list_consents(
        request_session(), current_actor(), limit=rows.limit, offset=rows.offset
    )
    return render_template("stories/list.html", rows=found.rows, pager=page_of(rows, found.total))


@bp.get("/new/<person_kind>/<person_key>")
@needs(Permission.EDIT_CASES)
def new(person_kind: str, person_key: str) -> ResponseReturnValue:
    """Show the form for a signed consent."""
    form = blank_form(StoryForm, answered_on=clock.today(), answer="given")
    return _form(person_kind, person_key, form)


def _form(
    person_kind: str, person_key: str, form: FormState, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as session:
        _, name = rights_lists.find_person(session, current_actor(), person_kind, person_key)
    page = render_template(
        "stories/form.html", form=form, name=name, person_kind=person_kind, person_key=person_key
    )
    return page, status


@bp.post("/new/<person_kind>/<person_key>")
@needs(Permission.EDIT_CASES)
def create(person_kind: str, person_key: str) -> ResponseReturnValue:
    """Record what somebody said, with the signed paper."""
    actor = current_actor()
    with reading_aside() as session:
        person, _ = rights_lists.find_person(session, actor, person_kind, person_key)
    wish = read_form(StoryForm)
    if isinstance(wish, FormErrors):
        return _form(person_kind, person_key, wish, 422)
    photo, paper = request.files.get("photo"), request.files.get("paper")
    story = Story(
        wish.text,
        media=wish.media.replace(",", "、").split("、"),
        names_person=wish.names_person,
        photo=(photo.read() or None) if photo else None,
    )
    session = request_session()
    try:
        if StoryAnswer(wish.answer) is StoryAnswer.REFUSED:
            story_consents.record_refusal(session, actor, person, story, wish.answered_on)
        else:
            signed = SignedPaper(
                paper.read() if paper else b"", paper.mimetype if paper else "application/pdf"
            )
            story_consents.record_consent(session, actor, person, story, signed, wish.answered_on)
    except InvalidInputError as error:
        return _form(person_kind, person_key, refused_form(StoryForm, error), 422)
    toast(gettext("已记下本人意见"))
    return see_other(url_for(".index"))


@bp.get("/<public_id>")
@needs(Permission.VIEW_CASES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one answer with the text that was signed."""
    return _detail(public_id)


def _detail(
    public_id: str, form: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        consent, name = story_lists.get_consent(session, actor, public_id)
        page = render_template(
            "stories/show.html",
            consent=consent,
            name=name,
            text=story_consents.open_text(session, consent),
            is_live=consent.answer is StoryAnswer.GIVEN and consent.withdrawn_at is None,
            may_withdraw=may(actor, Permission.EDIT_CASES),
            form=form or blank_form(StoryRelease),
        )
    return page, status


@bp.post("/<public_id>/release")
@needs(Permission.VIEW_CASES)
def release(public_id: str) -> ResponseReturnValue:
    """Let a text leave if it is the very one that was signed."""
    wish = read_form(StoryRelease)
    if isinstance(wish, FormErrors):
        return _detail(public_id, wish, 422)
    photo = request.files.get("photo")
    story = Story(
        wish.text,
        names_person=wish.names_person,
        photo=(photo.read() or None) if photo else None,
    )
    try:
        story_consents.release(request_session(), current_actor(), public_id, story, wish.medium)
    except RuleBrokenError as error:
        known = FormErrors(StoryRelease, request.form, {"text": gettext(error.message)})
        return _detail(public_id, known, 409)
    toast(gettext("与同意书一致，可以发布；已记入对外提供记录"))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<public_id>/withdraw")
@needs(Permission.EDIT_CASES)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take a consent back for the person; it works at once."""
    story_consents.withdraw(request_session(), current_actor(), public_id)
    toast(gettext("已撤回，马上生效"))
    return see_other(url_for(".show", public_id=public_id))
