"""Graduates as the union reads them (毕业生): the list, one person's record, postings in order, numbers.

Names and numbers are masked; a number is shown in full once, upon a POST with a reason.
"""

from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import EducationLevel, ListSide, Verdict
from matcher.models.graduates import Graduate
from matcher.services import absences, audit, consent_acts, graduate_pages
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Permission, require
from matcher.services.posting_lists import PostingFilter, list_for_ranking
from matcher.services.ranked_postings import OfferList, offer_list
from matcher.services.reveals import reveal
from matcher.services.training.lists import lists_of_person
from web.asked import asked_member, asked_region, asked_words
from web.auth import current_actor
from web.drive_choice import chosen_drive, needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.ranking import Reveal
from web.session import reading_aside, request_session
from web.words import people, places, ranked, referral_panel
from web.words.absences import absence_words
from web.words.checks import OUT
from web.words.ranked import Look
from web.words.referral_pairs import beside_offers
from web.words.sheets import XLSX, offer_book

bp = Blueprint("graduates", __name__, url_prefix="/graduates")

MENU = (
    NavItem(
        "graduates.index",
        msg("毕业生"),
        Permission.VIEW_RANKING,
        "people",
        hint=msg("看每个人的资料和岗位名单"),
        icon="person",
    ),
)


@bp.get("")
@needs(Permission.VIEW_RANKING)
def index() -> ResponseReturnValue:
    """Show the graduates of a drive."""
    choice = chosen_drive()
    if choice.drive is None:
        return render_template("graduates/none.html")
    session, actor, part = request_session(), current_actor(), requested_slice()
    name, region = asked_words("q"), asked_region("region")
    level, zero_employment = asked_member("level", EducationLevel), request.args.get("home") == "b"
    found = graduate_pages.list_standing(
        session,
        actor,
        choice.drive.id,
        name=name,
        education=level,
        region=region,
        zero_employment=zero_employment,
        limit=part.limit,
        offset=part.offset,
    )
    origins = graduate_pages.origins_of(session, actor, choice.drive.id)
    return fragment_or_page(
        "graduates/_rows.html",
        "graduates/index.html",
        drive=choice.drive,
        drives=choice.drives,
        found=found,
        asked={"q": name, "level": level, "region": region, "home": "b" if zero_employment else ""},
        applied=_applied(name, level, region, zero_employment=zero_employment),
        levels=[(one.value, label(one)) for one in EducationLevel],
        regions=[(code, places.region(code)) for code in origins],
        pager=page_of(part, found.total),
        place_of=places.region,
    )


def _applied(
    name: str, level: EducationLevel | None, region: str, *, zero_employment: bool
) -> list[tuple[str, str]]:
    """Return what is on, as (words, field of the query)."""
    tags = [
        (gettext("姓名：%(words)s", words=name), "q", name),
        (gettext("学历：%(level)s", level=label(level)), "level", level),
        (gettext("生源地：%(place)s", place=places.region(region)), "region", region),
        (gettext("零就业家庭"), "home", zero_employment),
    ]
    return [(words, field) for words, field, is_on in tags if is_on]


@bp.get("/<public_id>")
@needs(Permission.VIEW_RANKING)
def show(public_id: str) -> ResponseReturnValue:
    """Show a graduate's record and list."""
    return _page(public_id, blank_form(Reveal), 200)


def _page(public_id: str, form: FormState, status: int) -> ResponseReturnValue:
    drive, actor = needed_drive(), current_actor()
    part, verdict = requested_slice(), asked_member("verdict", Verdict)
    with reading_aside() as session:
        graduate = find_graduate(session, actor, public_id)
        found = offer_list(
            session,
            actor,
            drive.id,
            graduate,
            verdict=verdict,
            limit=part.limit,
            offset=part.offset,
        )
        out = absences.why_out(session, actor, drive.id, graduate)
        mark = graduate_pages.household_mark(session, actor, graduate)
        listed = _list_words(found)
        page = render_template(
            "graduates/show.html",
            drive=drive,
            public_id=public_id,
            name=people.name_of(graduate),
            profile=people.profile(graduate),
            wishes=people.wishes(graduate.intent),
            consents=people.consents(consent_acts.list_consents(session, actor, graduate.id)),
            household=people.household_words(mark) if mark else "",
            is_confirmed=graduate.is_confirmed,
            out=out,
            out_words=gettext(OUT[out]) if out else "",
            form=form,
            why=_why(graduate, found),
            verdict=verdict,
            opened=request.args.get("open", ""),
            **listed,
            refer=beside_offers(session, actor, graduate, listed["rows"]),
            referrals=referral_panel.lines(session, actor, graduate.id),
            trainings=lists_of_person(session, actor, graduate.id),
            pager=page_of(part, found.total if found else 0),
        )
    return page, status


def _list_words(found: OfferList | None) -> dict[str, Any]:
    """Return a list as the template shows it."""
    if found is None:
        return {"found": None, "rows": [], "look": None, "as_of_words": "", "mark": ""}
    return {
        "found": found,
        "rows": ranked.offer_rows(found.rows),
        "look": Look.of(found.parameters, ListSide.GRADUATE),
        "as_of_words": ranked.as_of_words(found.as_of),
        "mark": found.as_of.mark,
    }


def _why(graduate: Graduate, found: OfferList | None) -> dict[str, object]:
    """Answer why a posting is not on the list: postings found by title, the answer if just one."""
    words = asked_words("which")
    if not words or found is None:
        return {"words": words, "postings": [], "answer": None, "is_empty": False}
    session, actor = request_session(), current_actor()
    by_title = list_for_ranking(
        session, actor, found.run.drive_id, PostingFilter(words=words), limit=_MOST_POSTINGS
    )
    rows = [one for one in by_title.rows if one.posting.public_id == request.args.get("posting")]
    rows = rows or by_title.rows
    answer = None
    if len(rows) == 1:
        answer = absence_words(
            absences.absence(
                session,
                actor,
                found.run,
                ListSide.GRADUATE,
                posting=rows[0].posting,
                graduate=graduate,
            ),
            posting=rows[0].posting,
        )
    return {
        "words": words,
        "postings": rows if len(rows) > 1 else [],
        "answer": answer,
        "is_empty": not rows,
    }


_MOST_POSTINGS = 10
"""Postings of like titles shown to choose from."""


@bp.get("/<public_id>/postings/<posting_id>")
@needs(Permission.VIEW_RANKING)
def offer(public_id: str, posting_id: str) -> ResponseReturnValue:
    """Show one row of a graduate's list, with its reasons unless `?open=0`."""
    drive, actor, session = needed_drive(), current_actor(), request_session()
    graduate = find_graduate(session, actor, public_id)
    found = offer_list(session, actor, drive.id, graduate, limit=None)
    rows = ranked.offer_rows(found.rows) if found else []
    one = next((row for row in rows if row.public_id == posting_id), None)
    if one is None or found is None:
        return Response(status=404)
    return render_template(
        "graduates/_offer.html",
        one=one,
        look=Look.of(found.parameters, ListSide.GRADUATE),
        public_id=public_id,
        drive=drive,
        refer=beside_offers(session, actor, graduate, [one]),
        is_open=request.args.get("open") != "0",
    )


@bp.get("/<public_id>/as-of")
@needs(Permission.VIEW_RANKING)
def freshness(public_id: str) -> ResponseReturnValue:
    """Tell a page whether its list changed: 204 if not, else an event upon which it asks anew."""
    drive, actor, session = needed_drive(), current_actor(), request_session()
    state = graduate_pages.list_state(session, actor, drive.id, public_id)
    if state is None or state.mark == request.args.get("at"):
        return Response(status=204)
    return Response("", headers={"HX-Trigger": "list-changed"})


@bp.post("/<public_id>/number")
@needs(Permission.VIEW_GRADUATES)
def number(public_id: str) -> ResponseReturnValue:
    """Show a number in full, once; the reason is written into the trail."""
    wish = read_form(Reveal)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    session, actor = request_session(), current_actor()
    graduate = find_graduate(session, actor, public_id)
    try:
        value = reveal(session, actor, ("graduate", graduate.id), wish.field, reason=wish.reason)
    except InvalidInputError as error:
        return _page(public_id, refused_form(Reveal, error), 422)
    return render_template(
        "graduates/number.html",
        name=people.name_of(graduate),
        kind=gettext("手机") if wish.field == "phone" else gettext("证件号码"),
        value=value,
        back=url_for("graduates.show", public_id=public_id),
    )


@bp.post("/<public_id>/sheet")
@needs(Permission.EXPORT_LIST)
def sheet(public_id: str) -> ResponseReturnValue:
    """Give the list as a workbook: what the screen shows, all pages, the same order and words."""
    drive, actor, verdict = needed_drive(), current_actor(), asked_member("verdict", Verdict)
    require(actor, Permission.EXPORT_LIST)
    with reading_aside() as session:
        graduate = find_graduate(session, actor, public_id)
        found = offer_list(session, actor, drive.id, graduate, verdict=verdict, limit=None)
        if found is None:
            return Response(status=404)
        look = Look.of(found.parameters, ListSide.GRADUATE)
        lines = [people.name_of(graduate), drive.name]
        made = offer_book(ranked.offer_rows(found.rows), look, lines, found.as_of)
    audit.record(
        request_session(),
        actor,
        "list.exported",
        subject=("graduate", graduate.id),
        side=ListSide.GRADUATE,
        run=found.run.id,
        change=found.as_of.change_number,
        rows=found.total,
        of=found.n_listed,
    )
    name = f"list-{public_id}-{clock.today():%Y%m%d}.xlsx"
    return send_file(made, mimetype=XLSX, as_attachment=True, download_name=name)
