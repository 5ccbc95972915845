"""Files that move to another union (转移): asked for at the file, answered in a list of both directions."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.services.hardship import transfers
from matcher.services.hardship.sight import find_whole
from matcher.services.permissions import Permission
from web.asked import asked_tick, asked_words
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.joins import TransferAnswer, TransferForm
from web.session import reading_aside, request_session, undo_request
from web.words.file_tabs import around

bp = Blueprint("file_transfers", __name__)

MENU = (
    NavItem(
        "file_transfers.index",
        msg("转移与接收"),
        Permission.EDIT_FILES,
        "care",
        hint=msg("别的工会转来的、本工会转出的"),
    ),
)


@bp.get("/transfers")
@needs(Permission.EDIT_FILES)
def index() -> ResponseReturnValue:
    """List the transfers from and to the actor's part of the tree."""
    return _list(blank_form(TransferAnswer))


def _list(form: FormState, wrong: str = "") -> ResponseReturnValue:
    whole = asked_tick("all")
    with reading_aside() as session:
        found = transfers.list_transfers(session, current_actor(), open_only=not whole)
        page = render_template(
            "files/transfers.html", rows=found, form=form, wrong=wrong, whole=whole
        )
    return page, 422 if wrong else 200


@bp.get("/files/<household_id>/transfer")
@needs(Permission.EDIT_FILES)
def ask_form(household_id: str) -> ResponseReturnValue:
    """Show the form, with the unions that words find."""
    return _ask_page(household_id, blank_form(TransferForm, to_union_code=asked_words("code")))


def _ask_page(household_id: str, form: FormState) -> ResponseReturnValue:
    actor, words = current_actor(), asked_words("q")
    with reading_aside() as session:
        household = find_whole(session, actor, household_id)
        page = render_template(
            "files/transfer.html",
            **around(household_id, "file_transfers.ask_form"),
            household=household,
            form=form,
            words=words,
            unions=transfers.find_unions(session, actor, words),
        )
    return page, 422 if isinstance(form, FormErrors) else 200


@bp.post("/files/<household_id>/transfer")
@needs(Permission.EDIT_FILES)
def ask(household_id: str) -> ResponseReturnValue:
    """Ask another union to take the file over."""
    wish = read_form(TransferForm)
    if isinstance(wish, FormErrors):
        return _ask_page(household_id, wish)
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    try:
        row = transfers.ask_transfer(
            session, actor, household.id, wish.to_union_code, reason=wish.reason
        )
    except InvalidInputError as error:
        undo_request()
        return _ask_page(household_id, refused_form(TransferForm, error))
    toast(
        gettext("已请对方工会接收；对方接收之前档案仍在这里"),
        url_for("file_transfers.withdraw", transfer_id=row.public_id),
    )
    return see_other(url_for("file_transfers.index"))


@bp.post("/transfers/<transfer_id>/accept")
@needs(Permission.EDIT_FILES)
def accept(transfer_id: str) -> ResponseReturnValue:
    """Take a file over; a number that is taken here is asked for anew."""
    wish = read_form(TransferAnswer)
    if isinstance(wish, FormErrors):
        return _list(wish, transfer_id)
    try:
        household = transfers.accept_transfer(
            request_session(), current_actor(), transfer_id, file_number=wish.file_number
        )
    except RuleBrokenError as error:
        if error.code != "file_number_taken":
            raise
        undo_request()
        return _list(_wrong_number(error), transfer_id)
    toast(gettext("档案已接收，还没有负责人"))
    return see_other(url_for("files.show", household_id=household.public_id))


def _wrong_number(error: RuleBrokenError) -> FormErrors:
    fields = {"file_number": error.message}
    return refused_form(TransferAnswer, InvalidInputError(error.code, error.message, fields=fields))


@bp.post("/transfers/<transfer_id>/decline")
@needs(Permission.EDIT_FILES)
def decline(transfer_id: str) -> ResponseReturnValue:
    """Send a file back where it is, with the reason."""
    wish = read_form(TransferAnswer)
    if isinstance(wish, FormErrors):
        return _list(wish, transfer_id)
    try:
        transfers.decline_transfer(
            request_session(), current_actor(), transfer_id, answer=wish.answer or ""
        )
    except InvalidInputError as error:
        undo_request()
        return _list(refused_form(TransferAnswer, error), transfer_id)
    toast(gettext("已退回，原因已写给对方"))
    return see_other(url_for("file_transfers.index"))


@bp.post("/transfers/<transfer_id>/withdraw")
@needs(Permission.EDIT_FILES)
def withdraw(transfer_id: str) -> ResponseReturnValue:
    """Take the question back while nobody answered it."""
    transfers.withdraw_transfer(request_session(), current_actor(), transfer_id)
    toast(gettext("转移已撤回"))
    return see_other(url_for("file_transfers.index"))
