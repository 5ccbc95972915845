"""Halls of a fair (展厅): entering and sizing them, filling them with rows of booths, drawing cells."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.booth_plans import HallMark
from matcher.services.booths import halls, views
from matcher.services.booths.halls import AISLE, BOOTH
from matcher.services.permissions import Permission
from matcher.services.rows import not_found
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.booths import DrawForm, FillForm, HallForm
from web.session import reading_aside, request_session, undo_request
from web.words.booths import short_name

bp = Blueprint("fair_halls", __name__, url_prefix="/fairs")


@bp.get("/<public_id>/halls/new")
@needs(Permission.MANAGE_FAIRS)
def new(public_id: str) -> ResponseReturnValue:
    """Show the form of a new hall."""
    return _new(public_id, blank_form(HallForm, n_columns=24, n_rows=16))


def _new(public_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        sheet = views.read_plan(database, current_actor(), public_id)
        page = render_template(
            "booth_plan/new_hall.html",
            sheet=sheet,
            form=form,
            **around(public_id, "fair_plan.show"),
        )
    return page, status


@bp.post("/<public_id>/halls")
@needs(Permission.MANAGE_FAIRS)
def create(public_id: str) -> ResponseReturnValue:
    """Add a hall."""
    wish = read_form(HallForm)
    if isinstance(wish, FormErrors):
        return _new(public_id, wish, 422)
    try:
        hall = halls.add_hall(request_session(), current_actor(), public_id, wish.facts())
    except InvalidInputError as error:
        undo_request()
        return _new(public_id, refused_form(HallForm, error), 422)
    toast(gettext("展厅已建好，接着排出展位"))
    return _to_hall(public_id, hall.public_id)


def _to_hall(public_id: str, hall_public_id: str) -> ResponseReturnValue:
    address = url_for("fair_halls.show", public_id=public_id, hall_public_id=hall_public_id)
    return see_other(address)


@bp.get("/<public_id>/halls/<hall_public_id>")
@needs(Permission.MANAGE_FAIRS)
def show(public_id: str, hall_public_id: str) -> ResponseReturnValue:
    """Show a hall to be drawn."""
    return _hall_page(public_id, hall_public_id, {})


def _hall_page(
    public_id: str, hall_public_id: str, filled: dict[str, FormState]
) -> ResponseReturnValue:
    with reading_aside() as database:
        sheet = views.read_plan(database, current_actor(), public_id)
        hall = next((one for one in sheet.floor.halls if one.public_id == hall_public_id), None)
        if hall is None:
            raise not_found()
        forms = {
            "size": blank_form(
                HallForm,
                name=hall.name,
                n_columns=hall.n_columns,
                n_rows=hall.n_rows,
                version=hall.version,
            ),
            "fill": blank_form(
                FillForm,
                most=100,
                fill_prefix="A",
                aisle=1,
                together=0,
                back_to_back="true",
                version=hall.version,
            ),
            "draw": blank_form(DrawForm, kind=BOOTH, draw_prefix="A", version=hall.version),
        }
        page = render_template(
            "booth_plan/hall.html",
            sheet=sheet,
            hall=hall,
            forms=apart(forms | filled),
            errors=next(iter(filled.values()), None),
            kinds=_kinds(),
            short_name=short_name,
            trade_number={one.code: one.number for one in sheet.floor.trades},
            **around(public_id, "fair_plan.show"),
        )
    return page, 422 if filled else 200


def _kinds() -> list[tuple[str, str]]:
    marks = [(one.value, label(one)) for one in HallMark]
    return [(BOOTH, gettext("展位")), (AISLE, gettext("通道（擦去）")), *marks]


@bp.post("/<public_id>/halls/<hall_public_id>/size")
@needs(Permission.MANAGE_FAIRS)
def resize(public_id: str, hall_public_id: str) -> ResponseReturnValue:
    """Rename or resize a hall."""
    wish = read_form(HallForm)
    if isinstance(wish, FormErrors):
        return _hall_page(public_id, hall_public_id, {"size": wish})
    try:
        halls.change_hall(
            request_session(),
            current_actor(),
            public_id,
            hall_public_id=hall_public_id,
            facts=wish.facts(),
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _hall_page(public_id, hall_public_id, {"size": refused_form(HallForm, error)})
    toast(gettext("已保存"))
    return _to_hall(public_id, hall_public_id)


@bp.post("/<public_id>/halls/<hall_public_id>/fill")
@needs(Permission.MANAGE_FAIRS)
def fill(public_id: str, hall_public_id: str) -> ResponseReturnValue:
    """Fill the free part of a hall with rows of booths."""
    wish = read_form(FillForm)
    if isinstance(wish, FormErrors):
        return _hall_page(public_id, hall_public_id, {"fill": wish})
    n = halls.fill_hall(
        request_session(),
        current_actor(),
        public_id,
        hall_public_id=hall_public_id,
        wish=wish.wish(),
        prefix=wish.fill_prefix,
        expected_version=wish.version,
    )
    toast(gettext("已排出 %(n)s 个展位", n=n))
    return _to_hall(public_id, hall_public_id)


@bp.post("/<public_id>/halls/<hall_public_id>/draw")
@needs(Permission.MANAGE_FAIRS)
def draw(public_id: str, hall_public_id: str) -> ResponseReturnValue:
    """Draw a rectangle of cells as booths, aisle, entrance, exit, pillar or stage."""
    wish = read_form(DrawForm)
    if isinstance(wish, FormErrors):
        return _hall_page(public_id, hall_public_id, {"draw": wish})
    try:
        n = halls.draw_cells(
            request_session(),
            current_actor(),
            public_id,
            hall_public_id=hall_public_id,
            cells=wish.cells(),
            kind=wish.kind,
            prefix=wish.draw_prefix,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _hall_page(public_id, hall_public_id, {"draw": refused_form(DrawForm, error)})
    toast(gettext("改了 %(n)s 格", n=n))
    return _to_hall(public_id, hall_public_id)


@bp.post("/<public_id>/halls/<hall_public_id>/empty")
@needs(Permission.MANAGE_FAIRS)
def empty(public_id: str, hall_public_id: str) -> ResponseReturnValue:
    """Remove the booths nobody stands in."""
    n = halls.empty_hall(request_session(), current_actor(), public_id, hall_public_id)
    toast(gettext("已删去 %(n)s 个空展位", n=n))
    return _to_hall(public_id, hall_public_id)


@bp.post("/<public_id>/halls/<hall_public_id>/remove")
@needs(Permission.MANAGE_FAIRS)
def remove(public_id: str, hall_public_id: str) -> ResponseReturnValue:
    """Remove a hall without employers."""
    halls.remove_hall(request_session(), current_actor(), public_id, hall_public_id)
    toast(gettext("展厅已删除"))
    return see_other(url_for("fair_plan.show", public_id=public_id))
