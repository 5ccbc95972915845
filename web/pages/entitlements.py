"""Entitlements (政策待遇): the calendar of last days, one person with what to ask, beginning an application."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.calendar_file import MEDIA_TYPE, DayEvent, write_calendar
from matcher.errors import InvalidInputError
from matcher.identity import mask_name
from matcher.kinds.entitlements import EntitlementAnswer
from matcher.policy.entitlements import load_catalogue
from matcher.services import audit
from matcher.services.entitlements import answers, applications, calendar, facts, lists, sight
from matcher.services.entitlements.answers import Offered, Overview
from matcher.services.entitlements.sight import Claimant
from matcher.services.money.entries import EntryFilter, EntryRows, list_entries
from matcher.services.money.people import Person, same_person
from matcher.services.permissions import Permission, may
from matcher.services.rows import not_found
from web.asked import asked_region
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.entitlements import AskedForm, StartForm
from web.session import reading_aside, request_session, undo_request
from web.words import entitlements as words

bp = Blueprint("entitlements", __name__, url_prefix="/entitlements")

MENU = (
    NavItem(
        "entitlements.index",
        msg("政策期限"),
        Permission.VIEW_ENTITLEMENTS,
        "aid",
        hint=msg("谁还能享受什么，哪天截止"),
        icon="calendar",
    ),
)

_WEEKS = (("14", msg("两周内")), ("60", msg("两个月内")), ("365", msg("一年内")))
_AID_SHOWN = 20
_FIRST = "fact-"
"""Beginning of the name of a field that answers a question."""


@bp.get("")
@needs(Permission.VIEW_ENTITLEMENTS)
def index() -> ResponseReturnValue:
    """List the last days ahead, of the own caseload or of all the reader sees."""
    asked = _asked()
    found = calendar.list_due(request_session(), current_actor(), **asked)
    return render_template(
        "entitlements/calendar.html",
        found=found,
        asked=asked,
        weeks=[(value, gettext(said)) for value, said in _WEEKS],
        codes=_codes(),
        applied=_applied(asked),
        words=words,
    )


def _asked() -> dict[str, Any]:
    days, code = request.values.get("days", ""), request.values.get("code", "")
    return {
        "days": int(days) if days in dict(_WEEKS) else calendar.DAYS_AHEAD,
        "mine": request.values.get("owner") != "all",
        "code": code if code in load_catalogue().entitlements else "",
    }


def _codes() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in load_catalogue().entitlements.values()]


def _applied(asked: dict[str, Any]) -> list[tuple[str, str]]:
    tags = [
        (gettext("看得到的所有人"), "owner", not asked["mine"]),
        (words.name_of(asked["code"]), "code", asked["code"]),
    ]
    return [(said, field) for said, field, is_on in tags if is_on]


@bp.post("/calendar")
@needs(Permission.VIEW_ENTITLEMENTS)
def take_calendar() -> ResponseReturnValue:
    """Give the same days as a calendar file; names in it are masked, and that it was taken is written down."""
    actor = current_actor()
    with reading_aside() as database:
        found = calendar.list_due(database, actor, **_asked())
    events = [
        DayEvent(
            uid=f"{due.code}-{'-'.join(map(str, due.person.key))}@yangguang",
            on=due.closes_on,
            title=gettext(
                "%(name)s 最后一天：%(who)s",
                name=words.name_of(due.code),
                who=mask_name(due.person.name),
            ),
            address=url_for(".person", **_key(due.person), _external=True),
        )
        for due in found.rows
    ]
    audit.record(request_session(), actor, "entitlement.calendar_taken", days=len(events))
    return calendar_response(gettext("政策期限"), events)


def calendar_response(name: str, events: list[DayEvent]) -> Response:
    """Return a calendar file to keep."""
    answer = Response(write_calendar(name, events, clock.now()), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f"attachment; filename=days-{clock.today():%Y%m%d}.ics"
    return answer


def _key(person: Claimant) -> dict[str, str]:
    """Return a person's place in the addresses."""
    if person.public_id is not None:
        return {"person_kind": "graduate", "person_key": person.public_id}
    return {"person_kind": "member", "person_key": str(person.member_id)}


def find_person(session: Session, kind: str, key: str) -> Claimant:
    """Return a person in sight by kind and key of the address."""
    if kind == "graduate":
        return sight.find_graduate(session, current_actor(), key)
    if kind == "member" and key.isascii() and key.isdigit():
        return sight.find_member(session, current_actor(), int(key))
    raise not_found()


@bp.get("/people/<person_kind>/<person_key>")
@needs(Permission.VIEW_ENTITLEMENTS)
def person(person_kind: str, person_key: str) -> ResponseReturnValue:
    """Show what one person may claim, line by line, and what to ask."""
    return _page(person_kind, person_key)


def _page(
    kind: str,
    key: str,
    *,
    asked: FormState | None = None,
    start: FormState | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    actor, region = current_actor(), asked_region("region")
    with reading_aside() as database:
        who = find_person(database, kind, key)
        found = answers.overview(database, actor, who, region=region or None)
        typed = dict(request.form) if asked else {}
        page = render_template(
            "entitlements/person.html",
            who=who,
            key=_key(who),
            found=found,
            groups=[(one, found.of(one)) for one in EntitlementAnswer],
            questions=_questions(found, typed),
            known=_known(found),
            applications=lists.applications_of(database, actor, who),
            aid=_aid(database, who),
            asked=asked or blank_form(AskedForm, asked_on=clock.today()),
            start=start or blank_form(StartForm),
            region=region,
            words=words,
        )
    return page, status


def _aid(session: Session, who: Claimant) -> EntryRows | None:
    """Return what the person was given, by whom; None for a role that sees no money."""
    if not may(current_actor(), Permission.VIEW_MONEY):
        return None
    person = Person(graduate_id=who.graduate_id, member_id=who.member_id)
    wish = EntryFilter(person=same_person(person))
    return list_entries(session, current_actor(), wish, limit=_AID_SHOWN)


def _questions(found: Overview, typed: dict[str, str]) -> list[dict[str, Any]]:
    return [
        words.question(code, found.known, n=n, typed=typed.get(_FIRST + code))
        for code, n in found.asks
    ]


def _known(found: Overview) -> list[dict[str, Any]]:
    """Return what is known, each with its source and the question to answer it anew."""
    shown = []
    for code, one in found.known.items():
        fact = facts.find_fact(code)
        shown.append(
            {
                **words.question(code, found.known),
                "said": words.value_words(fact, one.value),
                "source": words.source_words(one),
                "is_asked": one.source == "asked",
            }
        )
    return shown


def sent_answers() -> dict[str, str]:
    """Return the questions that were answered in a form."""
    return {
        name.removeprefix(_FIRST): value.strip()
        for name, value in request.form.items()
        if name.startswith(_FIRST) and value.strip()
    }


@bp.post("/people/<person_kind>/<person_key>/facts")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def record(person_kind: str, person_key: str) -> ResponseReturnValue:
    """Write down what was answered."""
    session, actor = request_session(), current_actor()
    who = find_person(session, person_kind, person_key)
    wish = read_form(AskedForm)
    if isinstance(wish, FormErrors):
        return _page(person_kind, person_key, asked=wish, status=422)
    try:
        n = facts.record_facts(
            session,
            actor,
            facts.about(who),
            sent_answers(),
            basis=wish.basis,
            asked_on=wish.asked_on,
        )
    except InvalidInputError as error:
        undo_request()
        refused = refused_form(AskedForm, error)
        return _page(person_kind, person_key, asked=refused, status=422)
    toast(gettext("记下了 %(n)s 项", n=n) if n else gettext("没有新的内容"))
    return see_other(url_for(".person", person_kind=person_kind, person_key=person_key))


@bp.post("/people/<person_kind>/<person_key>/start")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def start(person_kind: str, person_key: str) -> ResponseReturnValue:
    """Begin an application for one entitlement."""
    session, actor = request_session(), current_actor()
    who = find_person(session, person_kind, person_key)
    wish = read_form(StartForm)
    if isinstance(wish, FormErrors):
        return _page(person_kind, person_key, start=wish, status=422)
    region = asked_region("region") or None
    offered = chosen(answers.overview(session, actor, who, region=region).offered, wish.code)
    try:
        made = applications.start(
            session, actor, who, offered, as_clue=wish.as_clue, words=wish.words
        )
    except InvalidInputError as error:
        undo_request()
        return _page(person_kind, person_key, start=refused_form(StartForm, error), status=422)
    toast(gettext("已开始办理：%(name)s", name=words.name_of(made.entitlement)))
    return see_other(url_for("entitlement_acts.show", public_id=made.public_id))


def chosen(offered: Sequence[Offered], code: str) -> Offered:
    """Return the entitlement of a code among those offered; one that is not there is missing."""
    found = next((one for one in offered if one.answer.code == code), None)
    if found is None:
        raise not_found()
    return found
