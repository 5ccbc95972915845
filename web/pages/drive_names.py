"""What the outside reads of a drive (对外名称): name, sender, contact; and whether employers choose blind (盲选)."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.services.drives import get_drive
from matcher.services.permissions import Permission
from matcher.services.referrals import neutral_contacts
from matcher.services.referrals.neutral_contacts import OutsideWords
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.schemas.drives import DriveNames
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("drive_names", __name__, url_prefix="/drives/<int:drive_id>/names")

_MANAGES = Permission.MANAGE_DRIVE


@bp.get("")
@needs(_MANAGES)
def form(drive_id: int) -> ResponseReturnValue:
    """Show the words in their form."""
    return _page(drive_id)


def _page(drive_id: int, typed: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        drive = get_drive(session, current_actor(), drive_id)
        shown = typed or blank_form(
            DriveNames,
            neutral_name=drive.neutral_name,
            neutral_sender=drive.neutral_sender,
            neutral_contact=drive.neutral_contact,
            is_blind=str(drive.is_blind).lower(),
            version=drive.version_id,
        )
        page = render_template("drives/names.html", drive=drive, form=shown)
    return page, status


@bp.post("")
@needs(_MANAGES)
def save(drive_id: int) -> ResponseReturnValue:
    """Change the words; what was typed stays if they cannot be."""
    actor = current_actor()
    with reading_aside() as session:
        get_drive(session, actor, drive_id)
    wish = read_form(DriveNames)
    if isinstance(wish, FormErrors):
        return _page(drive_id, wish, 422)
    words = OutsideWords(
        wish.neutral_name, wish.neutral_sender, wish.neutral_contact, wish.is_blind
    )
    try:
        neutral_contacts.set_words(
            request_session(), actor, drive_id, words, expected_version=wish.version
        )
    except InvalidInputError as error:
        undo_request()
        return _page(drive_id, refused_form(DriveNames, error), 422)
    except (RuleBrokenError, ConflictError) as error:
        undo_request()
        known = FormErrors(DriveNames, wish.model_dump(), {"": translated(error.message)})
        return _page(drive_id, known, 409)
    toast(gettext("对外名称已保存"))
    return see_other(url_for("drives.home", drive_id=drive_id))
