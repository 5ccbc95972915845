"""One person's place in a drive's figures (统计记录): its history, leaving, coming back, correcting."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState, HardshipTier
from matcher.kinds.cohorts import CohortStanding, LeaveReason
from matcher.models.cohorts import CohortAct
from matcher.models.organisations import Union
from matcher.policy.leave_reasons import leave_rule
from matcher.services import drive_entries
from matcher.services.cohorts import correcting, history, lists
from matcher.services.cohorts.correcting import CorrectedPlace
from matcher.services.permissions import Actor, Permission, may
from web.addresses import address_of
from web.auth import current_actor
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs
from web.schemas.cohorts import CorrectionForm, LeaveForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint(
    "cohort_people", __name__, url_prefix="/drives/<int:drive_id>/cohort/<string:public_id>"
)


@bp.get("")
@needs(Permission.VIEW_FIGURES)
def show(drive_id: int, public_id: str) -> ResponseReturnValue:
    """Show what the log says of one person, and what may be done."""
    return _page(drive_id, public_id)


def _page(
    drive_id: int,
    public_id: str,
    *,
    leave: FormState | None = None,
    correction: FormState | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        drive = lists.seen_drive(database, actor, drive_id)
        found = history.read_history(database, actor, drive_id, public_id)
        corrects = may(actor, Permission.MANAGE_DRIVE) and found.newest is not None
        page = render_template(
            "cohorts/person.html",
            drive=drive,
            found=found,
            newest=found.newest,
            edits=may(actor, Permission.EDIT_GRADUATES) and drive.state is not DriveState.CLOSED,
            corrects=corrects,
            reasons=[(one.value, _reason(one)) for one in LeaveReason],
            today=clock.today(),
            standings=[(one.value, label(one)) for one in CohortStanding],
            tiers=[(one.value, label(one)) for one in HardshipTier],
            unions=_unions(database, actor, drive_id) if corrects else [],
            person=address_of("graduates.show", public_id=public_id, drive=drive_id),
            **apart(
                {
                    "leave": leave or blank_form(LeaveForm),
                    "correction": correction or _stands(found.newest),
                }
            ),
        )
    return page, status


def _reason(reason: LeaveReason) -> str:
    """Return a reason with what it does to the denominator."""
    rule = leave_rule(reason, None, clock.today())
    does = gettext("不再计入分母") if rule.counts_out else gettext("仍在分母")
    return gettext("%(reason)s（%(does)s）", reason=label(reason), does=does)


def _stands(act: CohortAct | None) -> FormState:
    if act is None:
        return blank_form(CorrectionForm)
    return blank_form(
        CorrectionForm,
        standing=act.standing,
        tier=act.tier,
        is_zero_employment=act.is_zero_employment,
        is_earlier_year=act.is_earlier_year,
        union_id=act.union_id,
        row=act.id,
    )


def _unions(session: Session, actor: Actor, drive_id: int) -> list[tuple[str, str]]:
    chosen = correcting.unions_to_choose(session, actor, drive_id)
    return [(str(number), session.get_one(Union, number).name) for number in chosen]


@bp.post("/leave")
@needs(Permission.EDIT_GRADUATES)
def leave(drive_id: int, public_id: str) -> ResponseReturnValue:
    """Take somebody out of the drive, with the reason."""
    wish, session, actor = read_form(LeaveForm), request_session(), current_actor()
    if isinstance(wish, FormErrors):
        return _page(drive_id, public_id, leave=wish, status=422)
    found = history.read_history(session, actor, drive_id, public_id)
    try:
        drive_entries.leave_drive(
            session,
            actor,
            drive_id,
            found.graduate_id,
            reason=wish.reason,
            left_on=wish.left_on,
            words=wish.words,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(drive_id, public_id, leave=refused_form(LeaveForm, error), status=422)
    toast(
        gettext("已登记离开"), url_for("cohort_people.back", drive_id=drive_id, public_id=public_id)
    )
    return see_other(url_for("cohort_people.show", drive_id=drive_id, public_id=public_id))


@bp.post("/return")
@needs(Permission.EDIT_GRADUATES)
def back(drive_id: int, public_id: str) -> ResponseReturnValue:
    """Bring somebody back into the drive under the old number and the old place."""
    session, actor = request_session(), current_actor()
    found = history.read_history(session, actor, drive_id, public_id)
    drive_entries.enter_graduates(session, actor, drive_id, [found.graduate_id])
    toast(gettext("已恢复参加活动"))
    return see_other(url_for("cohort_people.show", drive_id=drive_id, public_id=public_id))


@bp.post("/correct")
@needs(Permission.MANAGE_DRIVE)
def correct(drive_id: int, public_id: str) -> ResponseReturnValue:
    """Correct how somebody stood when counted."""
    wish, session, actor = read_form(CorrectionForm), request_session(), current_actor()
    if isinstance(wish, FormErrors):
        return _page(drive_id, public_id, correction=wish, status=422)
    found = history.read_history(session, actor, drive_id, public_id)
    place = CorrectedPlace(
        union_id=wish.union_id,
        tier=wish.tier,
        is_zero_employment=wish.is_zero_employment,
        is_earlier_year=wish.is_earlier_year,
        standing=wish.standing,
    )
    try:
        correcting.correct_place(
            session,
            actor,
            drive_id,
            found.graduate_id,
            place,
            words=wish.words,
            expected_act_id=wish.row,
        )
    except InvalidInputError as error:
        undo_request()
        refused = refused_form(CorrectionForm, error)
        return _page(drive_id, public_id, correction=refused, status=422)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(CorrectionForm, request.form, {"": translated(error.message)})
        return _page(drive_id, public_id, correction=said, status=409)
    toast(gettext("统计记录已更正，更正前的一条仍保留"))
    return see_other(url_for("cohort_people.show", drive_id=drive_id, public_id=public_id))
