"""Pins (人工指定): pairs a drive manager fixes or rules out, each with its reason and its cost."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.identity import mask_name
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.drives import Drive
from matcher.models.plans import PlanPin, PlanRun
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Permission
from matcher.services.plans import pins, runs
from matcher.services.plans.pin_lines import pin_lines
from matcher.services.plans.posting_names import places
from matcher.services.posting_lists import find_posting
from matcher.services.quality.people import persons
from matcher.services.quality.studies import managed_drive
from matcher.services.referrals import choosing
from web.asked import asked_words
from web.auth import current_actor
from web.drive_choice import needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.paging import page_of, requested_slice, with_query
from web.schemas.plans import PinPair
from web.session import reading_aside, request_session
from web.words.places import region
from web.words.plan_pins import cost_words

bp = Blueprint("plan_pins", __name__, url_prefix="/plans/pins")


@bp.get("")
@needs(Permission.MANAGE_DRIVE)
def index() -> ResponseReturnValue:
    """List the pins of a drive that stand, with what each costs by the newest plan; or those that were lifted."""
    drive, part = needed_drive(), requested_slice()
    session, actor = request_session(), current_actor()
    managed_drive(session, actor, drive.id)
    are_lifted = request.args.get("list") == "b"
    live = pins.list_pins(session, actor, drive.id)
    lifted = pins.list_pins(session, actor, drive.id, are_lifted=True)
    found = lifted if are_lifted else live
    some = found[part.offset : part.offset + part.limit]
    newest = runs.newest_plan(session, drive.id)
    prices = {
        (one.graduate_id, one.posting_id): cost_words(one.costs[PlanRule.FAIR])
        for one in (pin_lines(session, actor, newest) if newest else [])
    }
    return render_template(
        "plans/pins.html",
        drive=drive,
        are_lifted=are_lifted,
        tabs=_tabs(len(live), len(lifted), are_lifted=are_lifted),
        found=some,
        people=persons(session, actor, [one.pin.graduate_id for one in some]),
        places=places(session, {one.pin.posting_id for one in some}),
        newest=newest,
        prices=prices,
        unpriced={one.pin.id: _unpriced(one.pin, newest) for one in some},
        pager=page_of(part, len(found)),
    )


def _unpriced(pin: PlanPin, newest: PlanRun | None) -> str:
    """Say why the newest plan says nothing of a pin."""
    if newest is None or pin.made_at > (newest.started_at or newest.created_at):
        return gettext("下次做方案时算出")
    return gettext("第 %(number)s 次方案里没有这个人或这个岗位，没有用到", number=newest.number)


def _tabs(n_live: int, n_lifted: int, *, are_lifted: bool) -> list[dict[str, Any]]:
    tabs = (
        (gettext("有效的"), None, n_live, not are_lifted),
        (gettext("已解除的"), "b", n_lifted, are_lifted),
    )
    return [
        {
            "label": words,
            "address": with_query(list=key, page=None),
            "count": count,
            "current": is_current,
        }
        for words, key, count, is_current in tabs
    ]


@bp.get("/new")
@needs(Permission.MANAGE_DRIVE)
def new() -> ResponseReturnValue:
    """Show the form for one person: postings to choose from, fix or rule out, why."""
    posting, kind = request.args.get("posting"), request.args.get("kind")
    known = kind if kind in set(PinKind) else PinKind.PIN.value
    return _form(blank_form(PinPair, posting=posting, kind=known), 200)


def _form(form: FormState, status: int) -> ResponseReturnValue:
    drive = needed_drive()
    asked, words = request.values.get("person", ""), asked_words("q")
    with reading_aside() as session:
        managed_drive(session, current_actor(), drive.id)
        page = render_template(
            "plans/new_pin.html",
            drive=drive,
            form=form,
            words=words,
            **_choice(session, asked, form.value("posting"), words),
            kinds=[
                (PinKind.PIN.value, label(PinKind.PIN), gettext("下次求解时这个人一定坐这里")),
                (PinKind.FORBID.value, label(PinKind.FORBID), gettext("下次求解时不考虑这一对")),
            ],
        )
    return page, status


def _choice(session: Session, person: str, posting: str, words: str) -> dict[str, Any]:
    """Return the person, and the postings to choose from: the one asked for, and those found."""
    if not person:
        return {"person": None, "name": "", "offers": []}
    actor = current_actor()
    found = find_graduate(session, actor, person)
    offers = {}
    if posting:
        row = find_posting(session, actor, posting)
        offers[posting] = f"{row.posting.title}，{row.employer.name}"
    for one in choosing.postings_for(session, actor, person, words):
        offers.setdefault(one.public_id, _offer(one))
    return {"person": found, "name": mask_name(found.name), "offers": list(offers.items())}


def _offer(one: choosing.PostingChoice) -> str:
    """Return a posting to choose: place and free seats tell those of one title apart."""
    place = region(one.region_code) if one.region_code else ""
    free = gettext("空 %(n)s 席", n=one.n_free)
    return "，".join(part for part in (one.title, one.employer, place, free) if part)


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def create() -> ResponseReturnValue:
    """Fix a pair or rule it out, from the next plan on."""
    drive, wish = needed_drive(), read_form(PinPair)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    try:
        pin = pins.set_pin(
            request_session(),
            current_actor(),
            drive.id,
            kind=wish.kind,
            reason=wish.reason,
            **_pair(wish),
        )
    except InvalidInputError as error:
        return _form(refused_form(PinPair, error), 422)
    except RuleBrokenError as error:
        refused = InvalidInputError(error.code, error.message, fields={"": error.message})
        return _form(refused_form(PinPair, refused), 422)
    toast(gettext("已%(kind)s，下次做方案时生效", kind=label(pin.kind)))
    return see_other(url_for("plan_pins.index", drive=drive.id))


def _pair(wish: PinPair) -> dict[str, int]:
    actor, person = current_actor(), request.form.get("person", "")
    if not person:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    with reading_aside() as session:
        return {
            "graduate_id": find_graduate(session, actor, person).id,
            "posting_id": find_posting(session, actor, wish.posting).posting.id,
        }


@bp.post("/<int:pin_id>/lift")
@needs(Permission.MANAGE_DRIVE)
def lift(pin_id: int) -> ResponseReturnValue:
    """Lift a pin, from the next plan on."""
    session = request_session()
    pin = pins.lift_pin(session, current_actor(), pin_id)
    drive = session.get_one(Drive, pin.drive_id)
    toast(gettext("已解除，下次做方案时生效"))
    return see_other(url_for("plan_pins.index", drive=drive.id))
