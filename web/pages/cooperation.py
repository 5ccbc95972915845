"""Cooperation between unions for one person (异地协作): ask, answer, record, letter and reply, end."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.documents.letters import compile_letter
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.joins import SCOPES_OF_KIND, CooperationActKind, CooperationKind
from matcher.services.hardship import cooperation, cooperation_contacts, cooperation_people
from matcher.services.hardship.cooperation import CooperationInput
from matcher.services.hardship.cooperation_sight import (
    list_cooperations,
    list_of_household,
    view_cooperation,
)
from matcher.services.hardship.sight import find_whole
from matcher.services.hardship.transfers import find_unions
from matcher.services.permissions import Permission
from matcher.services.rows import expect_version
from web.asked import asked_tick, asked_words
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.joins import (
    CooperationAnswer,
    CooperationEnd,
    CooperationForm,
    CooperationNote,
    CooperationReply,
)
from web.session import reading_aside, request_session, undo_request
from web.words.cooperation import card_of, letter_of, sheet_of
from web.words.file_tabs import around

bp = Blueprint("cooperation", __name__)

MENU = (
    NavItem(
        "cooperation.index",
        msg("异地协作"),
        Permission.EDIT_CASES,
        "care",
        hint=msg("请外地工会服务的，和外地工会请本工会服务的"),
    ),
)


@bp.get("/cooperation")
@needs(Permission.EDIT_CASES)
def index() -> ResponseReturnValue:
    """List the cooperations of both sides, soonest to expire first."""
    whole = asked_tick("all")
    found = list_cooperations(request_session(), current_actor(), live_only=not whole)
    return render_template(
        "cooperation/index.html", rows=[card_of(one) for one in found], whole=whole
    )


@bp.get("/files/<household_id>/cooperation")
@needs(Permission.EDIT_CASES)
def ask_form(household_id: str) -> ResponseReturnValue:
    """Show the form for asking another union to serve a person of a file."""
    form = blank_form(
        CooperationForm, kind=CooperationKind.WORKPLACE.value, partner_code=asked_words("code")
    )
    return _ask_page(household_id, form)


def _ask_page(household_id: str, form: FormState) -> ResponseReturnValue:
    actor, words = current_actor(), asked_words("q")
    with reading_aside() as session:
        household = find_whole(session, actor, household_id)
        people = cooperation_people.list_people(session, actor, household.id)
        page = render_template(
            "cooperation/ask.html",
            **around(household_id, "cooperation.ask_form"),
            standing=[card_of(one) for one in list_of_household(session, actor, household.id)],
            household=household,
            form=form,
            people=[(one.key, sheet_of(one)) for one in people],
            kinds=[(one.value, label(one)) for one in CooperationKind],
            scopes=[(one.value, label(one)) for one in SCOPES_OF_KIND[CooperationKind.WORKPLACE]]
            + [
                (one.value, gettext("%(what)s（只请学校所在地）", what=label(one)))
                for one in SCOPES_OF_KIND[CooperationKind.SCHOOL]
                if one not in SCOPES_OF_KIND[CooperationKind.WORKPLACE]
            ],
            words=words,
            unions=find_unions(session, actor, words),
        )
    return page, 422 if isinstance(form, FormErrors) else 200


@bp.post("/files/<household_id>/cooperation")
@needs(Permission.EDIT_CASES)
def ask(household_id: str) -> ResponseReturnValue:
    """Ask another union."""
    wish = read_form(CooperationForm)
    if isinstance(wish, FormErrors):
        return _ask_page(household_id, wish)
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    number = int(wish.person[1:]) if wish.person[1:].isdigit() else None
    facts = CooperationInput(
        **wish.model_dump(exclude={"person"}),
        graduate_id=number if wish.person.startswith("g") else None,
        member_id=number if wish.person.startswith("m") else None,
    )
    try:
        row = cooperation.ask_cooperation(session, actor, household.id, facts)
    except InvalidInputError as error:
        undo_request()
        return _ask_page(household_id, refused_form(CooperationForm, error))
    except RuleBrokenError as error:
        undo_request()
        return _ask_page(household_id, _without_consent(error))
    toast(gettext("已发出协作请求"))
    return see_other(url_for("cooperation.show", cooperation_id=row.public_id))


def _without_consent(error: RuleBrokenError) -> FormErrors:
    fields = {"paper_consent_on": error.message}
    refusal = InvalidInputError(error.code, error.message, fields=fields)
    return refused_form(CooperationForm, refusal)


@bp.get("/cooperation/<cooperation_id>")
@needs(Permission.EDIT_CASES)
def show(cooperation_id: str) -> ResponseReturnValue:
    """Show one cooperation as the actor's side sees it."""
    return _page(cooperation_id)


def _page(
    cooperation_id: str, *, refused: FormErrors | None = None, phone: str = ""
) -> ResponseReturnValue:
    forms = {
        form.__name__: blank_form(form)
        for form in (CooperationAnswer, CooperationReply, CooperationEnd)
    }
    forms[CooperationNote.__name__] = blank_form(CooperationNote, happened_on=clock.today())
    if refused is not None:
        forms[refused.model.__name__] = refused
    with reading_aside() as session:
        view = view_cooperation(session, current_actor(), cooperation_id)
        page = render_template(
            "cooperation/show.html",
            view=view,
            card=card_of(view),
            phone=phone,
            forms=forms,
            refused=refused,
            note_kinds=[
                (one.value, label(one))
                for one in (CooperationActKind.SERVICE, CooperationActKind.NEWS)
            ],
            scopes=[(one.value, label(one)) for one in view.scope],
        )
    return page, 422 if refused else 200


@bp.post("/cooperation/<cooperation_id>/answer")
@needs(Permission.EDIT_CASES)
def answer(cooperation_id: str) -> ResponseReturnValue:
    """Accept or decline as the union that is asked."""
    wish = read_form(CooperationAnswer)
    if isinstance(wish, FormErrors):
        return _page(cooperation_id, refused=wish)
    _expect_seen(cooperation_id)
    try:
        cooperation.answer_cooperation(
            request_session(),
            current_actor(),
            cooperation_id,
            accept=wish.accept,
            answer=wish.answer or "",
        )
    except InvalidInputError as error:
        undo_request()
        return _page(cooperation_id, refused=refused_form(CooperationAnswer, error))
    if wish.accept:
        toast(gettext("已接受，可以开始联系"))
        return see_other(url_for("cooperation.show", cooperation_id=cooperation_id))
    toast(gettext("已答复不接受，原因已写给对方"))
    return see_other(url_for("cooperation.index"))


def _sent_version() -> int | None:
    return request.form.get("version", type=int)


def _expect_seen(cooperation_id: str) -> None:
    """Refuse what is about an older state; the use case asks for the state again under its lock."""
    view = view_cooperation(request_session(), current_actor(), cooperation_id)
    expect_version(view.row, _sent_version())


@bp.post("/cooperation/<cooperation_id>/acts")
@needs(Permission.EDIT_CASES)
def note(cooperation_id: str) -> ResponseReturnValue:
    """Record a service or news."""
    wish = read_form(CooperationNote)
    if isinstance(wish, FormErrors):
        return _page(cooperation_id, refused=wish)
    cooperation.record_act(
        request_session(),
        current_actor(),
        cooperation_id,
        wish.kind,
        text=wish.text,
        happened_on=wish.happened_on,
        scope=wish.scope,
    )
    toast(gettext("已记录，双方都看得到"))
    return see_other(url_for("cooperation.show", cooperation_id=cooperation_id))


@bp.post("/cooperation/<cooperation_id>/reply")
@needs(Permission.EDIT_CASES)
def reply(cooperation_id: str) -> ResponseReturnValue:
    """Record the reply to a letter."""
    wish = read_form(CooperationReply)
    if isinstance(wish, FormErrors):
        return _page(cooperation_id, refused=wish)
    _expect_seen(cooperation_id)
    cooperation.record_reply(
        request_session(),
        current_actor(),
        cooperation_id,
        accept=wish.accept,
        text=wish.text,
        replied_on=wish.replied_on,
    )
    toast(gettext("复函已登记"))
    return see_other(url_for("cooperation.show", cooperation_id=cooperation_id))


@bp.post("/cooperation/<cooperation_id>/letter")
@needs(Permission.EDIT_CASES)
def letter(cooperation_id: str) -> ResponseReturnValue:
    """Give the letter as PDF; each printing is recorded."""
    written = cooperation_contacts.write_letter(request_session(), current_actor(), cooperation_id)
    return send_file(
        BytesIO(compile_letter(letter_of(written))),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"letter-{cooperation_id}.pdf",
    )


@bp.post("/cooperation/<cooperation_id>/phone")
@needs(Permission.EDIT_CASES)
@rate_limited("60/minute")
def phone(cooperation_id: str) -> ResponseReturnValue:
    """Show the person's phone once; logged."""
    number = cooperation_contacts.reveal_contact(request_session(), current_actor(), cooperation_id)
    return _page(cooperation_id, phone=number)


@bp.post("/cooperation/<cooperation_id>/end")
@needs(Permission.EDIT_CASES)
def end(cooperation_id: str) -> ResponseReturnValue:
    """End a cooperation."""
    wish = read_form(CooperationEnd)
    if isinstance(wish, FormErrors):
        return _page(cooperation_id, refused=wish)
    cooperation.end_cooperation(
        request_session(),
        current_actor(),
        cooperation_id,
        reason=wish.reason,
        consent_withdrawn=wish.consent_withdrawn,
        expected_version=_sent_version(),
    )
    toast(gettext("协作已结束，对方不再看得到"))
    return see_other(url_for("cooperation.index"))
