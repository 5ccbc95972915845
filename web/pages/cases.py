"""Cases (个案): the list of the district, opening one, and the page of one person."""

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.identity import mask_name
from matcher.kinds.casework import ActOutcome, ContactChannel, ServiceKind
from matcher.models.graduates import Graduate
from matcher.policy.packages import find_package, offered_packages
from matcher.services import graduate_lists, graduate_pages, reveals
from matcher.services.casework import (
    case_lists,
    cases,
    needs,
    own_pairings,
    packages,
    plans,
    request_lists,
    service_acts,
)
from matcher.services.casework.case_lists import CaseCounts, CaseFilter
from matcher.services.entitlements.answers import of_graduate
from matcher.services.graduate_lists import GraduateRow
from matcher.services.permissions import Actor, Permission, may
from matcher.services.placements.lists import placements_of
from matcher.services.rows import not_found
from matcher.services.training.lists import lists_of_person
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs as needs_permission
from web.marks import rate_limited
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.cases import ActForm, CaseOpening
from web.session import reading_aside, request_session
from web.words import entitlements as entitlement_words
from web.words import placements as placement_words
from web.words import referral_panel

bp = Blueprint("cases", __name__, url_prefix="/cases")

MENU = (
    NavItem(
        "cases.index",
        msg("个案"),
        Permission.VIEW_CASES,
        "care",
        hint=msg("每名毕业生的服务记录、计划和下一步"),
        icon="person",
    ),
)

_DUE = (
    ("over", msg("下次日期已过")),
    ("soon", msg("七天之内")),
    ("none", msg("没有约下次")),
)
_QUIET_DAYS = 30


@bp.get("")
@needs_permission(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List the cases of the district, filtered by what the address says."""
    session, actor = request_session(), current_actor()
    rows_wanted = requested_slice()
    wanted = _wanted()
    found = case_lists.list_cases(
        session, actor, wanted, limit=rows_wanted.limit, offset=rows_wanted.offset
    )
    owners = cases.eligible_owners(session, [actor.union_id] if actor.union_id else [])
    return fragment_or_page(
        "cases/_rows.html",
        "cases/list.html",
        rows=found.rows,
        pager=page_of(rows_wanted, found.total),
        figures=_figures(case_lists.count_cases(session, actor)),
        owners=[("me", gettext("我")), ("none", gettext("没有人"))]
        + [(one.id, one.display_name) for one in owners],
        owner=_owner_word(),
        wanted=wanted,
        dues=[(value, gettext(words)) for value, words in _DUE],
        today=clock.today(),
    )


def _owner_word() -> str:
    """Return the owner asked for; what is counted for a caseload is shown for the own one."""
    asked = request.args.get("owner", "")
    of_caseload = request.args.get("package") or request.args.get("served")
    return asked or ("me" if of_caseload else "")


def _wanted() -> CaseFilter:
    args, owner = request.args, _owner_word()
    me = current_actor().account_id
    due = args.get("due", "")
    quiet = args.get("quiet", type=int)
    return CaseFilter(
        owner_id=me if owner == "me" else int(owner) if owner.isdecimal() else None,
        without_owner=owner == "none",
        closed=args.get("state") == "closed",
        due=due if due in dict(_DUE) else "",
        never_served=args.get("served") == "none",
        package_missing=args.get("package") == "missing" and owner not in ("", "none"),
        quiet_since=clock.today() - dt.timedelta(days=min(quiet, 3650)) if quiet else None,
        name=args.get("name", ""),
    )


def _figures(counts: CaseCounts) -> list[dict[str, Any]]:
    def item(words: str, value: int, **query: Any) -> dict[str, Any]:
        given = {name: request.args.get(name, "") for name in ("owner", "due", "served")}
        wanted = {"owner": "", "due": "", "served": ""} | query
        return {
            "label": words,
            "value": value,
            "address": url_for("cases.index", **query),
            "current": given == wanted,
            "note": "",
        }

    return [
        item(gettext("我负责的"), counts.mine, owner="me"),
        item(gettext("下次日期已过"), counts.mine_overdue, owner="me", due="over"),
        item(gettext("还没有服务记录"), counts.mine_unserved, owner="me", served="none"),
        item(gettext("没有人负责"), counts.without_owner, owner="none"),
    ]


@bp.get("/new")
@needs_permission(Permission.EDIT_CASES)
def new() -> ResponseReturnValue:
    """Look for the graduate whose case is to be opened, and say who owns it."""
    return _new(blank_form(CaseOpening, graduate=request.args.get("graduate", "")))


def _new(form: FormState, status: int = 200) -> ResponseReturnValue:
    name = request.args.get("name", "").strip()
    actor = current_actor()
    with reading_aside() as database:
        found = _found(database, name, form.value("graduate"))
        owners = cases.eligible_owners(database, [actor.union_id] if actor.union_id else [])
        page = render_template(
            "cases/new.html",
            form=form,
            name=name,
            found=found,
            owners=[(one.id, one.display_name) for one in owners],
            packages=package_choices(None),
        )
    return page, status


def _found(database: Session, name: str, graduate: str) -> list[tuple[str, str, str]]:
    """Return who is offered for a case, as (public number, masked name, what tells them apart)."""
    actor = current_actor()
    if name:
        rows = graduate_lists.list_graduates(database, actor, name=name, limit=20).rows
        named: list[tuple[GraduateRow | Graduate, str]] = [
            (each, each.name_masked) for each in rows
        ]
    elif graduate:
        one = graduate_pages.find_graduate(database, actor, graduate)
        named = [(one, mask_name(one.name))]
    else:
        named = []
    return [
        (
            one.public_id,
            masked,
            "，".join(filter(None, (one.school, one.phone_masked, one.id_number_masked))),
        )
        for one, masked in named
    ]


def package_choices(region: str | None) -> list[tuple[str, str]]:
    """Return the packages that may be promised today, as (code, name)."""
    return [(one.code, one.name) for one in offered_packages(region, clock.today())]


@bp.post("")
@needs_permission(Permission.EDIT_CASES)
def create() -> ResponseReturnValue:
    """Open a graduate's case."""
    wish = read_form(CaseOpening)
    if isinstance(wish, FormErrors):
        return _new(wish, 422)
    session, actor = request_session(), current_actor()
    graduate = graduate_pages.find_graduate(session, actor, wish.graduate)
    made = cases.open_case(
        session, actor, graduate.id, owner_id=wish.owner_id, package=wish.package
    )
    toast(gettext("已立案"))
    return see_other(url_for("cases.show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs_permission(Permission.VIEW_CASES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one person: what is next, and all that was done."""
    return case_page(public_id)


def _sees(actor: Actor) -> bool:
    return may(actor, Permission.VIEW_ENTITLEMENTS) and may(actor, Permission.VIEW_HARDSHIP)


def blank_act() -> FormState:
    """Return the form of an act with what it is most of the time."""
    return blank_form(
        ActForm,
        happened_on=clock.today(),
        kind=ServiceKind.RECOMMENDATION,
        outcome=ActOutcome.DONE,
        channel=ContactChannel.PHONE,
    )


def case_page(
    public_id: str, *, act: FormState | None = None, number: str = "", status: int = 200
) -> ResponseReturnValue:
    """Show a case; a form that was refused is shown again with what was typed."""
    actor = current_actor()
    with reading_aside() as database:
        head = case_lists.read_head(database, actor, public_id)
        if head is None:
            raise not_found()
        case = head.case
        owners = cases.eligible_owners(database, [case.union_id])
        page = render_template(
            "cases/show.html",
            head=head,
            case=case,
            items=packages.progress(database, [case.id])[case.id],
            package=find_package(case.package) if case.package else None,
            acts=service_acts.list_acts(database, actor, case.id),
            needs=needs.list_needs(database, actor, case.id),
            obstacles=needs.list_obstacles(database, actor, case.id),
            measures=plans.list_measures(database, actor, case.id),
            pairings=own_pairings.list_pairings(
                database, actor, graduate_id=case.graduate_id, ended=True
            ),
            requests=request_lists.requests_of(database, actor, case.id),
            referrals=referral_panel.lines(database, actor, case.graduate_id),
            placements=placements_of(database, actor, case.graduate_id),
            placement_words=placement_words,
            trainings=lists_of_person(database, actor, case.graduate_id),
            entitled=of_graduate(database, actor, case.graduate_id) if _sees(actor) else None,
            entitlement_words=entitlement_words,
            is_own=actor.account_id in (case.owner_id, case.second_owner_id),
            number=number,
            act=act or blank_act(),
            kinds=[(one.value, label(one)) for one in ServiceKind],
            outcomes=[(one.value, label(one)) for one in ActOutcome if one is not ActOutcome.VOID],
            channels=[(one.value, label(one)) for one in ContactChannel],
            owners=[(one.id, one.display_name) for one in owners],
            today=clock.today(),
        )
    return page, status


@bp.post("/<public_id>/phone")
@needs_permission(Permission.EDIT_CASES)
@rate_limited("60/minute")
def phone(public_id: str) -> ResponseReturnValue:
    """Show the number of one's own case; who saw it is written down."""
    session, actor = request_session(), current_actor()
    case = cases.find_case(session, actor, public_id)
    try:
        shown = reveals.reveal_own_case_phone(session, actor, ("graduate", case.graduate_id))
    except InvalidInputError as error:
        return case_page(public_id, act=refused_form(ActForm, error), status=422)
    return case_page(public_id, number=shown)
