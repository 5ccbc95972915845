"""Employers (单位): the list, one employer with its checks, registering, checking, suspending."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import EmployerState, UnitKind
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.services import (
    accounts,
    drives,
    employer_agents,
    employer_batches,
    employer_checks,
    employers,
    passwords,
)
from matcher.services.employer_checks import REMIND_DAYS
from matcher.services.employers import EmployerInput
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.drive_choice import chosen_drive
from web.employer_page import employer_page
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.employers import (
    AgentAccount,
    EmployerCheckForm,
    EmployerForm,
    Suspension,
)
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("employers", __name__, url_prefix="/employers")

MENU = (
    NavItem(
        "employers.index",
        msg("单位"),
        Permission.VIEW_EMPLOYERS,
        "people",
        hint=msg("查看用人单位和核验情况"),
        icon="building",
    ),
)


@bp.get("")
@needs(Permission.VIEW_EMPLOYERS)
def index() -> ResponseReturnValue:
    """List the employers of the scope, filtered by state, name, drive, or checks that run out."""
    session, actor = request_session(), current_actor()
    state = _state(request.args.get("state", ""))
    name = request.args.get("name", "")
    due = request.args.get("due", "")
    drive = chosen_drive().drive if request.args.get("drive") else None
    rows_wanted = requested_slice()
    found = employers.list_employers(
        session,
        actor,
        state=state,
        name=name,
        due_before=_due_before(due),
        drive_id=drive.id if drive else None,
        limit=rows_wanted.limit,
        offset=rows_wanted.offset,
    )
    seen = drives.list_drives(session, actor)
    return fragment_or_page(
        "employers/_rows.html",
        "employers/list.html",
        rows=found.rows,
        pager=page_of(rows_wanted, found.total),
        state_chosen=state,
        name=name,
        due=due,
        drive_chosen=drive.id if drive else None,
        states=[(one.value, label(one)) for one in EmployerState],
        drives=[(one.id, one.name) for one in seen],
        to_check=_pending(drive, state),
        today=clock.today(),
    )


def _state(text: str) -> EmployerState | None:
    return EmployerState(text) if text in set(EmployerState) else None


def _due_before(text: str) -> dt.date | None:
    """Return the day before which checks run out that are asked for."""
    today = clock.today()
    return {"over": today, "soon": today + dt.timedelta(days=REMIND_DAYS + 1)}.get(text)


def _pending(drive: Drive | None, state: EmployerState | None) -> list[int]:
    """Return the pending employers of a drive that may be checked at once, when they are looked at."""
    actor = current_actor()
    if drive is None or state is not EmployerState.PENDING:
        return []
    if not may(actor, Permission.VERIFY_EMPLOYER):
        return []
    return list(employer_batches.pending_employers(request_session(), actor, drive.id))


@bp.get("/new")
@needs(Permission.VERIFY_EMPLOYER)
def new() -> ResponseReturnValue:
    """Show the form for a new employer."""
    return _employer_form(blank_form(EmployerForm))


def _employer_form(
    form: FormState, status: int = 200, *, employer: Employer | None = None
) -> ResponseReturnValue:
    kinds = [(kind.value, label(kind)) for kind in UnitKind]
    page = render_template("employers/form.html", form=form, kinds=kinds, employer=employer)
    return page, status


@bp.post("")
@needs(Permission.VERIFY_EMPLOYER)
def create() -> ResponseReturnValue:
    """Register an employer with the union in use; it is pending until its papers are checked."""
    wish = read_form(EmployerForm)
    if isinstance(wish, FormErrors):
        return _employer_form(wish, 422)
    actor = current_actor()
    try:
        made = employers.register_employer(
            request_session(),
            actor,
            EmployerInput(**wish.model_dump()),
            union_id=actor.union_id or 0,
        )
    except InvalidInputError as error:
        return _employer_form(refused_form(EmployerForm, error), 422)
    toast(gettext("单位已登记，等待核验"))
    return see_other(url_for("employers.show", employer_id=made.id))


@bp.get("/<int:employer_id>")
@needs(Permission.VIEW_EMPLOYERS)
def show(employer_id: int) -> ResponseReturnValue:
    """Show an employer with the history of its checks."""
    return employer_page(employer_id)


@bp.get("/<int:employer_id>/edit")
@needs(Permission.VERIFY_EMPLOYER)
def edit(employer_id: int) -> ResponseReturnValue:
    """Show the form with what stands about an employer."""
    employer = employers.get_employer(request_session(), current_actor(), employer_id)
    stands = {
        name: getattr(employer, name)
        for name in EmployerForm.model_fields
        if name != "contact_phone"
    }
    return _employer_form(blank_form(EmployerForm, **stands), employer=employer)


@bp.post("/<int:employer_id>/edit")
@needs(Permission.VERIFY_EMPLOYER)
def update(employer_id: int) -> ResponseReturnValue:
    """Change what stands about an employer; an empty phone keeps the one that stands."""
    wish = read_form(EmployerForm)
    actor = current_actor()
    with reading_aside() as database:
        stands = employers.get_employer(database, actor, employer_id)
    if isinstance(wish, FormErrors):
        return _employer_form(wish, 422, employer=stands)
    kept = {name: getattr(stands, name) for name in ("industry", "region_code", "size_text")}
    try:
        employers.update_employer(
            request_session(),
            actor,
            employer_id,
            EmployerInput(**wish.model_dump(), **kept),
            expected_version=request.form.get("version", type=int),
        )
    except InvalidInputError as error:
        return _employer_form(refused_form(EmployerForm, error), 422, employer=stands)
    toast(gettext("单位信息已保存"))
    return see_other(url_for("employers.show", employer_id=employer_id))


@bp.post("/<int:employer_id>/check")
@needs(Permission.VERIFY_EMPLOYER)
def check(employer_id: int) -> ResponseReturnValue:
    """Record a check of licence and authorisation."""
    wish = read_form(EmployerCheckForm)
    if isinstance(wish, FormErrors):
        return employer_page(employer_id, check=wish)
    passed = wish.licence_ok and wish.authorisation_ok
    if not passed and not wish.reason:
        why = {"reason": gettext("不通过时请写明原因，单位要据此补材料。")}
        return employer_page(employer_id, check=FormErrors(EmployerCheckForm, request.form, why))
    employer_checks.check_employer(
        request_session(),
        current_actor(),
        employer_id,
        licence_ok=wish.licence_ok,
        authorisation_ok=wish.authorisation_ok,
        reason=wish.reason,
        expected_version=request.form.get("version", type=int),
    )
    toast(gettext("核验通过") if passed else gettext("核验未通过，原因已记下"))
    return see_other(url_for("employers.show", employer_id=employer_id))


@bp.post("/<int:employer_id>/suspend")
@needs(Permission.VERIFY_EMPLOYER)
def suspend(employer_id: int) -> ResponseReturnValue:
    """Suspend an employer."""
    wish = read_form(Suspension)
    if isinstance(wish, FormErrors):
        return employer_page(employer_id, suspension=wish)
    employer_checks.suspend_employer(request_session(), current_actor(), employer_id, wish.reason)
    toast(gettext("单位已停用，岗位不再参加排序"))
    return see_other(url_for("employers.show", employer_id=employer_id))


@bp.post("/<int:employer_id>/agent")
@needs(Permission.VERIFY_EMPLOYER)
@rate_limited("30/minute")
def open_agent(employer_id: int) -> ResponseReturnValue:
    """Open an account for the employer's agent and show its first password once."""
    wish = read_form(AgentAccount)
    if isinstance(wish, FormErrors):
        return employer_page(employer_id, agent=wish)
    password = accounts.new_password()
    kept = passwords.hash_password(password)  # before the first statement takes the write lock
    session = request_session()
    try:
        made = employer_agents.open_agent(
            session,
            current_actor(),
            employer_id,
            login=wish.login,
            display_name=wish.display_name,
            password_hash=kept,
        )
    except InvalidInputError as error:
        undo_request()
        return employer_page(employer_id, agent=refused_form(AgentAccount, error))
    return render_template(
        "employers/password.html", login=made.login, password=password, employer_id=employer_id
    )
