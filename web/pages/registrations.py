"""Self-registrations that wait for a caseworker (自助登记待确认), and records entered on somebody's behalf (代办).

A phone is not an identity: a registration becomes a person's record only by an act here, either
confirmed as new or attached to the record that is on file; nothing is ever attached by itself.
"""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.services.graduate_links import attach_registration
from matcher.services.graduates import register_graduate
from matcher.services.intents import set_intent
from matcher.services.organisations import list_unions
from matcher.services.permissions import Permission
from matcher.services.registrations import (
    confirm_and_enter,
    enter_open_drives,
    get_registration,
    likely_records,
    list_unconfirmed,
)
from web.addresses import address_of
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast, wants_fragment
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.pages.profile_form import (
    own_fields,
    profile_options,
    read_profile,
    save_profile,
    shown_profile,
)
from web.pages.wish_sentence import filled
from web.paging import page_of, requested_slice
from web.schemas.own_profile import OnBehalf
from web.session import reading_aside, request_session
from web.words.people import name_of
from web.words.wishes import WishWords

bp = Blueprint("registrations", __name__, url_prefix="/registrations")

MENU = (
    NavItem(
        "registrations.index",
        msg("登记待确认"),
        Permission.EDIT_GRADUATES,
        "people",
        hint=msg("核对自助登记，代毕业生登记"),
    ),
)

_EDIT = Permission.EDIT_GRADUATES


@bp.get("")
@needs(_EDIT)
def index() -> ResponseReturnValue:
    """List the registrations nobody has looked at, oldest first."""
    rows = requested_slice()
    found = list_unconfirmed(
        request_session(), current_actor(), limit=rows.limit, offset=rows.offset
    )
    return render_template(
        "registrations/list.html",
        rows=found.rows,
        pager=page_of(rows, found.total),
        name_of=name_of,
    )


@bp.get("/<public_id>")
@needs(_EDIT)
def show(public_id: str) -> ResponseReturnValue:
    """Show one registration beside the records that may be the same person."""
    session, actor = request_session(), current_actor()
    registration = get_registration(session, actor, public_id)
    if registration.is_confirmed:
        return see_other(_record(public_id))
    return render_template(
        "registrations/show.html",
        one=registration,
        likely=likely_records(session, actor, registration),
        name_of=name_of,
    )


def _record(public_id: str) -> str:
    """Return the address of somebody's record."""
    return address_of("graduates.show", public_id=public_id) or url_for("registrations.index")


@bp.post("/<public_id>/confirm")
@needs(_EDIT)
def confirm(public_id: str) -> ResponseReturnValue:
    """Confirm that the registration is somebody nobody had on file, and enter them."""
    session, actor = request_session(), current_actor()
    registration = get_registration(session, actor, public_id)
    entered = confirm_and_enter(session, actor, registration.id)
    toast(
        gettext("已确认，并加入进行中的活动")
        if entered
        else gettext("已确认，现在没有进行中的活动可以加入")
    )
    return see_other(url_for("registrations.index"))


@bp.post("/<public_id>/attach")
@needs(_EDIT)
def attach(public_id: str) -> ResponseReturnValue:
    """Attach the registration to the record on file that a person has chosen."""
    session, actor = request_session(), current_actor()
    registration = get_registration(session, actor, public_id)
    record = get_registration(session, actor, request.form.get("record", ""))
    attach_registration(session, actor, registration.id, record.id)
    toast(gettext("已并入原有记录，本人可以用手机登录了"))
    return see_other(_record(record.public_id))


@bp.get("/new")
@needs(_EDIT)
def new() -> ResponseReturnValue:
    """Show the form for somebody's record."""
    return _form(blank_form(OnBehalf, mobility="listed", union=current_actor().union_id), None)


@bp.post("/fill")
@needs(_EDIT)
def fill_new() -> ResponseReturnValue:
    """Fill the wishes of somebody's new record from a sentence; nothing is saved."""
    return _filled(None)


@bp.post("/<public_id>/fill")
@needs(_EDIT)
def fill(public_id: str) -> ResponseReturnValue:
    """Fill the wishes of somebody's record from a sentence; nothing is saved."""
    with reading_aside() as session:
        get_registration(session, current_actor(), public_id)
    return _filled(public_id)


def _filled(public_id: str | None) -> ResponseReturnValue:
    form, read = filled(OnBehalf)
    if wants_fragment():
        return render_template(
            "own_profile/_wishes.html",
            form=form,
            read=read,
            fill_address=_fill_address(public_id),
            **profile_options(),
        )
    return _form(form, public_id, read=read)


def _fill_address(public_id: str | None) -> str:
    return url_for(".fill", public_id=public_id) if public_id else url_for(".fill_new")


def _form(
    form: FormState, public_id: str | None, status: int = 200, *, read: WishWords | None = None
) -> ResponseReturnValue:
    with reading_aside() as session:
        unions = list_unions(session, current_actor())
    page = render_template(
        "registrations/form.html",
        form=form,
        read=read,
        fill_address=_fill_address(public_id),
        public_id=public_id,
        unions=[(union.id, union.name) for union in unions],
        back=_record(public_id) if public_id else url_for("registrations.index"),
        **profile_options(),
    )
    return page, status


@bp.get("/<public_id>/edit")
@needs(_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Show somebody's record in the form; numbers stay hidden."""
    graduate = get_registration(request_session(), current_actor(), public_id)
    shown = shown_profile(graduate)
    form = blank_form(OnBehalf, **shown, name=graduate.name, student_number=graduate.student_number)
    return _form(form, public_id)


@bp.post("")
@needs(_EDIT)
def create() -> ResponseReturnValue:
    """Enter somebody on their behalf; the record says so."""
    return _save(None)


@bp.post("/<public_id>/edit")
@needs(_EDIT)
def update(public_id: str) -> ResponseReturnValue:
    """Change somebody's record on their behalf."""
    return _save(public_id)


def _save(public_id: str | None) -> ResponseReturnValue:
    wish = read_form(OnBehalf)
    if isinstance(wish, FormErrors):
        return _form(wish, public_id, 422)
    read = read_profile(
        wish,
        name=wish.name,
        phone=wish.phone,
        id_number=wish.id_number,
        student_number=wish.student_number,
    )
    if isinstance(read, FormErrors):
        return _form(read, public_id, 422)
    session, actor = request_session(), current_actor()
    try:
        if public_id is not None:
            graduate = get_registration(session, actor, public_id)
            save_profile(session, actor, graduate.id, read, expected_version=wish.version)
        elif wish.union is None:
            abort(400)
        else:
            graduate = register_graduate(
                session, actor, read.facts, read.majors, union_id=wish.union
            )
            set_intent(session, actor, graduate.id, read.wishes)
            enter_open_drives(session, actor, graduate)
    except InvalidInputError as error:
        return _form(own_fields(refused_form(OnBehalf, error)), public_id, 422)
    except (RuleBrokenError, ConflictError) as error:
        where = "id_number" if error.code == "graduate_known" else ""
        known = FormErrors(OnBehalf, request.form, {where: gettext(error.message)})
        return _form(known, public_id, 409)
    toast(gettext("资料已保存"))
    return see_other(_record(graduate.public_id))
