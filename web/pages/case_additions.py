"""What is added to a case by a small form of its own: needs, measures, obstacles, owners, package, closing, pairing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError
from matcher.kinds import ConsentPurpose
from matcher.kinds.casework import CaseClosing, NeedKind, ObstacleKind, ServiceKind
from matcher.kinds.labelled import Labelled
from matcher.models.graduate_cases import GraduateCase
from matcher.services import consent_acts, consents, employers
from matcher.services.casework import cases, needs, pairings, plans
from matcher.services.casework.pairings import PairingInput
from matcher.services.permissions import Actor, Permission, may
from matcher.services.rows import not_found
from web.auth import current_actor
from web.conflict_page import conflict_answer
from web.forms import Form, FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg, translated
from web.marks import needs as needs_permission
from web.pages.cases import package_choices
from web.schemas.cases import (
    ClosingForm,
    MeasureForm,
    NeedForm,
    ObstacleForm,
    OwnersForm,
    PackageForm,
    PairingConsent,
    PairingForm,
)
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("case_additions", __name__, url_prefix="/cases")

Options = dict[str, list[tuple[Any, str]]]


@dataclass(frozen=True)
class Addition:
    """One small form: its input, its words, what it does with what was sent."""

    form: type[Form]
    title: str
    action: str
    act: Callable[[Session, Actor, GraduateCase, Any], object]
    anchor: str = "acts"
    permissions: tuple[Permission, ...] = (Permission.EDIT_CASES,)


def _version() -> int | None:
    return request.form.get("version", type=int)


def _need(session: Session, by: Actor, case: GraduateCase, wish: NeedForm) -> object:
    return needs.add_need(session, by, case.id, **wish.model_dump())


def _measure(session: Session, by: Actor, case: GraduateCase, wish: MeasureForm) -> object:
    return plans.add_measure(session, by, case.id, **wish.model_dump())


def _obstacle(session: Session, by: Actor, case: GraduateCase, wish: ObstacleForm) -> object:
    return needs.add_obstacle(session, by, case.id, **wish.model_dump())


def _owners(session: Session, by: Actor, case: GraduateCase, wish: OwnersForm) -> object:
    return cases.set_owners(session, by, case.id, **wish.model_dump(), expected_version=_version())


def _package(session: Session, by: Actor, case: GraduateCase, wish: PackageForm) -> object:
    return cases.set_package(session, by, case.id, **wish.model_dump(), expected_version=_version())


def _close(session: Session, by: Actor, case: GraduateCase, wish: ClosingForm) -> object:
    return cases.close_case(session, by, case.id, **wish.model_dump(), expected_version=_version())


def _pair(session: Session, by: Actor, case: GraduateCase, wish: PairingForm) -> object:
    return pairings.pair(session, by, case.id, PairingInput(**wish.model_dump()))


def _consent(session: Session, by: Actor, case: GraduateCase, wish: PairingConsent) -> object:
    if not wish.agreed:
        message = gettext("本人同意后才能结对，请打勾确认。")
        raise InvalidInputError("pairing_input", message, fields={"agreed": message})
    return consent_acts.give_consent(
        session,
        by,
        case.graduate_id,
        ConsentPurpose.PAIRING,
        text_id=wish.text_id,
        on_paper=wish.on_paper,
    )


ADDITIONS = {
    "need": Addition(NeedForm, msg("记一项需求"), msg("记下需求"), _need, "needs"),
    "measure": Addition(MeasureForm, msg("加一项计划"), msg("列入计划"), _measure, "plan"),
    "obstacle": Addition(ObstacleForm, msg("记一项难处"), msg("记下难处"), _obstacle, "needs"),
    "owners": Addition(
        OwnersForm,
        msg("责任人和协办人"),
        msg("保存责任人"),
        _owners,
        "head",
        (Permission.EDIT_CASES, Permission.SUPERVISE_CASES),
    ),
    "package": Addition(PackageForm, msg("服务包"), msg("定下服务包"), _package, "package"),
    "closing": Addition(ClosingForm, msg("结案"), msg("结案"), _close, "head"),
    "consent": Addition(
        PairingConsent, msg("结对前征得同意"), msg("登记同意"), _consent, "pairing"
    ),
    "pairing": Addition(PairingForm, msg("结对"), msg("结对"), _pair, "pairing"),
}
"""By the word in the address."""


def _addition(what: str) -> Addition:
    found = ADDITIONS.get(what)
    actor = current_actor()
    if found is None or not any(may(actor, one) for one in found.permissions):
        raise not_found()
    return found


@bp.get("/<public_id>/add/<what>")
@needs_permission(Permission.EDIT_CASES, Permission.SUPERVISE_CASES)
def form(public_id: str, what: str) -> ResponseReturnValue:
    """Show the small form."""
    return _page(public_id, what, None)


def _page(
    public_id: str, what: str, given: FormState | None, status: int = 200
) -> ResponseReturnValue:
    addition, actor = _addition(what), current_actor()
    with reading_aside() as database:
        case = cases.find_case(database, actor, public_id)
        text = consents.current_text(database, ConsentPurpose.PAIRING, clock.today())
        stands = {
            "owner_id": case.owner_id or actor.account_id,
            "second_owner_id": case.second_owner_id,
            "package": case.package,
            "from_on": case.package_from_on,
            "text_id": text.id,
        }
        known = {name: stands[name] for name in addition.form.model_fields if name in stands}
        if what == "measure":
            known = {}
        page = render_template(
            "cases/addition.html",
            what=what,
            title=translated(addition.title),
            action=translated(addition.action),
            case=case,
            consent_text=text.body,
            form=given or blank_form(addition.form, **known),
            options=_options(database, actor, case, what),
        )
    return page, status


def _listed(kind: type[Labelled]) -> list[tuple[Any, str]]:
    return [(one.value, label(one)) for one in kind]


def _options(session: Session, by: Actor, case: GraduateCase, what: str) -> Options:
    """Return what the selects of a form offer, by field."""
    kinds: dict[str, type[Labelled]] = {
        "need": NeedKind,
        "measure": ServiceKind,
        "obstacle": ObstacleKind,
    }
    if what in kinds:
        found: Options = {"kind": _listed(kinds[what])}
    elif what == "closing":
        found = {"reason": _listed(CaseClosing)}
    elif what == "package":
        found = {"package": list(package_choices(None))}
    elif what == "pairing":
        firms = employers.list_employers(session, by, limit=200, offset=0).rows
        found = {
            "partner_id": [(one.id, one.display_name) for one in pairings.partners(session, by)],
            "employer_id": [(one.id, one.name) for one in firms],
        }
    else:
        found = {}
    owners = cases.eligible_owners(session, [case.union_id])
    return found | {
        name: [(one.id, one.display_name) for one in owners]
        for name in ("owner_id", "second_owner_id")
    }


def _met(error: ConflictError, public_id: str, what: str) -> ResponseReturnValue:
    """Show what somebody else made of the case meanwhile beside what was typed."""
    undo_request()
    actor = current_actor()
    with reading_aside() as database:
        case = cases.find_case(database, actor, public_id)
        stands = {
            "owner_id": case.owner_id,
            "second_owner_id": case.second_owner_id,
            "package": case.package,
            "from_on": case.package_from_on,
            "reason": case.closing_reason,
            "on": case.closed_on,
        }
        options = _options(database, actor, case, what)
    return conflict_answer(error, translated(error.message), stands=stands, options=options)


@bp.post("/<public_id>/add/<what>")
@needs_permission(Permission.EDIT_CASES, Permission.SUPERVISE_CASES)
def add(public_id: str, what: str) -> ResponseReturnValue:
    """Do what the small form says."""
    addition = _addition(what)
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    wish = read_form(addition.form)
    if isinstance(wish, FormErrors):
        return _page(public_id, what, wish, 422)
    try:
        addition.act(session, actor, case, wish)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, what, refused_form(addition.form, error), 422)
    except ConflictError as error:
        return _met(error, public_id, what)
    toast(gettext("已保存"))
    if what == "consent":
        return see_other(url_for("case_additions.form", public_id=public_id, what="pairing"))
    return see_other(url_for("cases.show", public_id=public_id, _anchor=addition.anchor))
