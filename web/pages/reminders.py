"""One's own reminders (提醒设置) and messages (站内信)."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds import MessageChannel
from matcher.kinds.day import ReminderKind
from matcher.services.casework import reminders
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.day import Reminders
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("reminders", __name__)

MENU = (
    NavItem(
        "reminders.messages",
        msg("站内信"),
        Permission.VIEW_FILES,
        "system",
        hint=msg("每天的提醒和交接的消息"),
    ),
)


@bp.get("/messages")
def messages() -> ResponseReturnValue:
    """Show the messages to one's own account."""
    rows = reminders.list_messages(request_session(), current_actor())
    return render_template("reminders/messages.html", rows=rows)


@bp.get("/account/reminders")
@needs(Permission.VIEW_FILES)
def settings() -> ResponseReturnValue:
    """Show when and of what one is reminded."""
    with reading_aside() as database:
        kept = reminders.own_settings(database, current_actor())
    return _page(
        blank_form(
            Reminders,
            hour=kept.hour,
            kinds=[one.value for one in kept.kinds],
            channel=kept.channel.value,
            quiet_from_hour=kept.quiet_from_hour,
            quiet_to_hour=kept.quiet_to_hour,
        )
    )


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        kept = reminders.own_settings(database, current_actor())
    page = render_template(
        "reminders/settings.html",
        form=form,
        kept=kept,
        mandatory=[one for one in ReminderKind if one.is_mandatory],
        optional=[(one.value, label(one)) for one in ReminderKind if not one.is_mandatory],
        channels=[
            (one.value, gettext("不另发") if one is MessageChannel.SITE else label(one))
            for one in MessageChannel
        ],
    )
    return page, status


@bp.post("/account/reminders")
@needs(Permission.VIEW_FILES)
def save() -> ResponseReturnValue:
    """Set one's own reminders; mandatory kinds are always among them."""
    wish = read_form(Reminders)
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    always = [one for one in ReminderKind if one.is_mandatory]
    try:
        reminders.set_reminders(
            request_session(),
            current_actor(),
            **wish.model_dump(exclude={"kinds"}),
            kinds=[*wish.kinds, *always],
        )
    except InvalidInputError as error:
        undo_request()
        return _page(refused_form(Reminders, error), 422)
    toast(gettext("提醒设置已保存"))
    return see_other(url_for("reminders.settings"))
