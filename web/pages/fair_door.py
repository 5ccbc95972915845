"""The door for the organiser (入场): scanners and links, lent places, conflicts to settle, hours, refusals, log."""

from typing import Any, cast

import sqlalchemy as sa
from flask import Blueprint, flash, get_flashed_messages, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.errors import InvalidInputError
from matcher.kinds.fair_doors import DoorConflictOutcome
from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.models.fair_visitors import DoorDevice
from matcher.services.doors import devices, door_views, loans, settling
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Permission
from matcher.services.rows import first_or_missing
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.paging import page_of, requested_slice
from web.qr_codes import qr_picture
from web.schemas.fair_door import DeviceForm, SettleForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("fair_door", __name__, url_prefix="/fairs/<public_id>/door")

_LINK = "door-link"
"""A pairing link is shown once, on the page after it was made."""

_KINDS = (
    EntryKind.ENTERED,
    EntryKind.RETURNED,
    EntryKind.LEFT,
    EntryKind.REFUSED,
    EntryKind.CONFLICT,
)


@bp.get("")
@needs(Permission.MANAGE_FAIRS)
def show(public_id: str) -> ResponseReturnValue:
    """Show the door of a fair; its live part renews itself."""
    return _page(public_id)


def _page(
    public_id: str, *, new: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        fair = get_managed(database, actor, public_id, lock=False)
        response = fragment_or_page(
            "fair_door/_live.html",
            "fair_door/show.html",
            fair=fair,
            seen=door_views.look_at_door(database, actor, public_id),
            new=new or blank_form(DeviceForm),
            settle=blank_form(SettleForm),
            outcomes=[(one.value, label(one)) for one in DoorConflictOutcome],
            kinds=_KINDS,
            link=_fresh_link(),
            **around(public_id, "fair_door.show"),
        )
    response.status_code = status
    return response


def _fresh_link() -> dict[str, Any] | None:
    """Return the link that was just made, with its picture; it is in no later answer."""
    for kept in get_flashed_messages(category_filter=[_LINK]):
        name, token = cast(tuple[str, str], kept)
        path = url_for("door_pairing.show", token=token)
        address = f"{settings_of(request_session()).address}{path}"
        return {"name": name, "address": address, "picture": qr_picture(address, name, scale=5)}
    return None


def _keep_link(device: DoorDevice, token: str) -> None:
    flash((device.name, token), _LINK)  # type: ignore[arg-type] # flask keeps any JSON value


@bp.post("/devices")
@needs(Permission.MANAGE_FAIRS)
def add_device(public_id: str) -> ResponseReturnValue:
    """Add a scanner and show its pairing link, this once."""
    wish = read_form(DeviceForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, new=wish, status=422)
    session, actor = request_session(), current_actor()
    fair = get_managed(session, actor, public_id, lock=False)
    try:
        device, token = devices.add_device(session, actor, fair.id, wish.name)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, new=refused_form(DeviceForm, error), status=422)
    _keep_link(device, token)
    return see_other(url_for(".show", public_id=public_id, _anchor="link"))


def _device(session: Session, public_id: str, device_id: str) -> DoorDevice:
    fair = get_managed(session, current_actor(), public_id, lock=False)
    found = sa.select(DoorDevice).where(
        DoorDevice.public_id == device_id, DoorDevice.fair_id == fair.id
    )
    return first_or_missing(session, found, lock=False)


@bp.post("/devices/<device_id>/link")
@needs(Permission.MANAGE_FAIRS)
def renew_link(public_id: str, device_id: str) -> ResponseReturnValue:
    """Make a new pairing link for a scanner; whoever was paired is shut out."""
    session = request_session()
    device = _device(session, public_id, device_id)
    device, token = devices.renew_link(session, current_actor(), device.id)
    _keep_link(device, token)
    return see_other(url_for(".show", public_id=public_id, _anchor="link"))


@bp.post("/devices/<device_id>/revoke")
@needs(Permission.MANAGE_FAIRS)
def revoke(public_id: str, device_id: str) -> ResponseReturnValue:
    """Shut a scanner out."""
    session = request_session()
    device = devices.revoke_device(
        session, current_actor(), _device(session, public_id, device_id).id
    )
    toast(gettext("“%(name)s”已停用，不能再放行", name=device.name))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/loans/<loan_id>/take-back")
@needs(Permission.MANAGE_FAIRS)
def take_back(public_id: str, loan_id: str) -> ResponseReturnValue:
    """Take the places of a lost scanner back."""
    session, actor = request_session(), current_actor()
    fair = get_managed(session, actor, public_id, lock=False)
    n = loans.take_back(session, actor, fair.id, loan_id)
    toast(gettext("收回 %(n)s 个名额，别的门可以放行了", n=n))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/conflicts/<conflict_id>")
@needs(Permission.MANAGE_FAIRS)
def settle(public_id: str, conflict_id: str) -> ResponseReturnValue:
    """Write down what a conflict was."""
    wish = read_form(SettleForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, status=422)
    settling.settle_conflict(
        request_session(), current_actor(), public_id, conflict_id, wish.outcome
    )
    toast(gettext("冲突已核对"))
    return see_other(url_for(".show", public_id=public_id))


@bp.get("/log")
@needs(Permission.MANAGE_FAIRS)
def log(public_id: str) -> ResponseReturnValue:
    """Show the log of the doors, filtered; nobody is named in it."""
    part, args, actor = requested_slice(), request.args, current_actor()
    kind, refusal = args.get("kind", ""), args.get("refusal", "")
    database = request_session()
    fair = get_managed(database, actor, public_id, lock=False)
    found = door_views.list_log(
        database,
        actor,
        public_id,
        kind=EntryKind(kind) if kind in set(EntryKind) else None,
        refusal=EntryRefusal(refusal) if refusal in set(EntryRefusal) else None,
        device_id=args.get("device"),
        limit=part.limit,
        offset=part.offset,
    )
    scanners = devices.list_devices(database, actor, fair.id)
    page = render_template(
        "fair_door/log.html",
        fair=fair,
        rows=found.rows,
        pager=page_of(part, found.total),
        kinds=[(one.value, label(one)) for one in _KINDS],
        refusals=[(one.value, label(one)) for one in EntryRefusal],
        scanners=[(one.public_id, one.name) for one in scanners],
        chosen={name: args.get(name, "") for name in ("kind", "refusal", "device")},
        **around(public_id, "fair_door.show"),
    )
    return page, 200
