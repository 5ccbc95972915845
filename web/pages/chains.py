"""Chains of approval (审批链): what holds for the union in use, and setting its own."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.approvals import StepKind, StepLevel
from matcher.policy.chains import ChainStep, chain_names
from matcher.policy.deadlines import Deadline, LimitUnit, load_deadlines
from matcher.services.approvals import chains
from matcher.services.approvals.chains import STEP_PERMISSIONS
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.approvals import ChainForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("chains", __name__, url_prefix="/chains")

MENU = (
    NavItem(
        "chains.index",
        msg("审批链"),
        Permission.SET_CHAINS,
        "system",
        hint=msg("走访、公示、审批的步骤和期限"),
    ),
)

_LIMITS = ("approval.", "publicity.")
"""Names of limits a step may have begin so."""

_SPARE_ROWS = 2


@bp.get("")
@needs(Permission.SET_CHAINS)
def index() -> ResponseReturnValue:
    """Show the chain that holds, the form for one's own, and earlier editions."""
    return _page(_name(request.args.get("name", "")))


def _name(told: str) -> str:
    """Return the chain asked for by its place in the list: addresses stand in logs and say no chain's name."""
    names = chain_names()
    place = int(told) if told.isascii() and told.isdigit() else 1
    return names[place - 1] if 0 < place <= len(names) else names[0]


def _page(name: str, form: FormState | None = None) -> ResponseReturnValue:
    actor = current_actor()
    union_id = actor.union_id or 0
    with reading_aside() as session:
        steps = chains.chain_in_force(session, actor, name, union_id)
        page = render_template(
            "chains/list.html",
            name=name,
            place=chain_names().index(name) + 1,
            names=[(one, _title(one)) for one in chain_names()],
            steps=steps,
            rows=[*steps, *[None] * _SPARE_ROWS],
            editions=chains.own_editions(session, actor, name, union_id),
            form=form or blank_form(ChainForm),
            kinds=[(one.value, label(one)) for one in StepKind],
            levels=[(one.value, label(one)) for one in StepLevel],
            limits=_limits(),
            limit_words=dict(_limits()),
        )
    return page, 422 if form else 200


def _title(name: str) -> str:
    return {
        "hardship_file": gettext("档案建立"),
        "side_exit": gettext("非就业退出"),
        "tuition_application": gettext("金秋助学"),
    }.get(name, name)


def _limits() -> list[tuple[str, str]]:
    """Return the limits a step may have, each in words."""
    today = clock.today()
    found: dict[str, str] = {}
    for one in load_deadlines():
        if one.rule.startswith(_LIMITS) and one.holds("", today):
            found[one.rule] = f"{_rule(one.rule)}：{_amount(one)}"
    return list(found.items())


def _rule(rule: str) -> str:
    return {
        "approval.visit": gettext("走访"),
        "approval.decision": gettext("审批"),
        "approval.recheck": gettext("复核"),
        "approval.publish": gettext("张贴"),
        "approval.appoint": gettext("指定办理人"),
        "publicity.first": gettext("公示（低保公示期）"),
        "publicity.union_practice": gettext("公示（工会常见做法）"),
        "publicity.again": gettext("重新公示"),
    }.get(rule, rule)


def _amount(limit: Deadline) -> str:
    if limit.unit is LimitUnit.WORKING_DAYS:
        return gettext("%(n)s 个工作日", n=limit.value)
    if limit.unit is LimitUnit.MONTHS:
        return gettext("%(n)s 个月", n=limit.value)
    return gettext("%(n)s 日", n=limit.value)


@bp.post("")
@needs(Permission.SET_CHAINS)
def save() -> ResponseReturnValue:
    """Set the union's own chain; what runs keeps the one it began with."""
    name = _name(request.form.get("name", ""))
    wish = read_form(ChainForm)
    if isinstance(wish, FormErrors):
        return _page(name, wish)
    steps = [
        ChainStep(StepKind(kind), StepLevel(level), STEP_PERMISSIONS[StepKind(kind)].value, limit)
        for kind, level, limit in zip(wish.kinds, wish.levels, wish.limits, strict=False)
        if kind in set(StepKind) and level in set(StepLevel)
    ]
    actor = current_actor()
    try:
        chains.set_chain(
            request_session(), actor, name, steps, union_id=actor.union_id or 0, source=wish.source
        )
    except InvalidInputError as error:
        undo_request()
        return _page(name, refused_form(ChainForm, error))
    toast(gettext("审批链已设定；办理中的仍按原来的步骤"))
    return see_other(url_for("chains.index", name=chain_names().index(name) + 1))
