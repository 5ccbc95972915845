"""A posting's ranked graduates (岗位名单): page, reasons of a row, freshness, sheet, who is missing and why."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.kinds import EducationLevel, ListSide, Verdict
from matcher.services import absences, audit
from matcher.services.permissions import Permission, require
from matcher.services.posting_lists import find_posting, posting_numbers
from matcher.services.postings import PostingRow
from matcher.services.ranked_people import (
    HOW_GROUPS,
    PeopleFilter,
    PeopleList,
    people_list,
    person_of,
)
from matcher.services.ranking_state import as_of
from web.asked import asked_member, asked_region, asked_words
from web.auth import current_actor
from web.fragments import fragment_or_page, wants_fragment
from web.i18n import gettext, label
from web.marks import needs
from web.paging import page_of, requested_slice
from web.session import reading_aside, request_session
from web.words import places, ranked
from web.words.absences import absence_words
from web.words.posting_heads import MAYBE, SECOND, head_of
from web.words.ranked import Look, ShownRow
from web.words.referral_pairs import RowReferral, beside_people
from web.words.rules import HOW_WORDS
from web.words.sheets import XLSX, people_book

bp = Blueprint("list", __name__)


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: which list, narrowed to what."""

    tab: str
    side: ListSide
    wanted: PeopleFilter


def _asked() -> _Asked:
    tab = request.values.get("list", "a")
    tab = tab if tab in (SECOND, MAYBE) else "a"
    how = request.values.get("how", "")
    return _Asked(
        tab=tab,
        side=ListSide.POSTING_RESERVED if tab == SECOND else ListSide.POSTING_ORDINARY,
        wanted=PeopleFilter(
            words=asked_words("q"),
            verdict=Verdict.MAYBE if tab == MAYBE else asked_member("verdict", Verdict),
            education=asked_member("level", EducationLevel),
            region=asked_region("region"),
            how=how if how in HOW_GROUPS else "",
        ),
    )


def _applied(asked: _Asked) -> list[tuple[str, str]]:
    """Return what is on, as (words, field of the query)."""
    wanted = asked.wanted
    tags = [
        (gettext("姓名或编号：%(words)s", words=wanted.words), "q", wanted.words),
        (
            gettext("资格：%(answer)s", answer=label(wanted.verdict)),
            "verdict",
            wanted.verdict if asked.tab != MAYBE else None,
        ),
        (gettext("学历：%(level)s", level=label(wanted.education)), "level", wanted.education),
        (gettext("生源地：%(place)s", place=places.region(wanted.region)), "region", wanted.region),
        (
            gettext("专业：%(how)s", how=gettext(HOW_WORDS[wanted.how]) if wanted.how else ""),
            "how",
            wanted.how,
        ),
    ]
    return [(words, name) for words, name, is_on in tags if is_on]


@bp.get("/<public_id>")
@needs(Permission.VIEW_RANKING)
def show(public_id: str) -> ResponseReturnValue:
    """Show a posting's list; without a script, `?open=` shows somebody's reasons."""
    actor, session = current_actor(), request_session()
    row = find_posting(session, actor, public_id)
    asked, part = _asked(), requested_slice()
    # One row more than shown: it tells whether the first row begins a band.
    lead = 1 if part.offset else 0
    found = people_list(
        session,
        actor,
        row.posting,
        asked.side,
        asked.wanted,
        limit=part.limit + lead,
        offset=part.offset - lead,
    )
    if found is None:
        head = head_of(session, actor, row, run=None, tab=asked.tab)
        return render_template("postings/not_ranked.html", row=row, head=head)
    fragment = _fragment(row, found, asked, lead=lead)
    fragment["pager"] = page_of(part, found.total)
    whole = {} if wants_fragment() else _around(row, found, asked)
    return fragment_or_page("postings/_list.html", "postings/show.html", **fragment, **whole)


def _fragment(row: PostingRow, found: PeopleList, asked: _Asked, *, lead: int) -> dict[str, Any]:
    """Return what the list itself shows."""
    look, people = Look.of(found.parameters, asked.side), list(found.rows)
    before = people[0] if lead and people else None
    rows = ranked.people_rows(people[lead:], look, ranked.offer_text(row.posting), before)
    return {
        "posting": row.posting,
        "found": found,
        "look": look,
        "rows": rows,
        "refer": _beside(row, rows),
        "asked": asked,
        "applied": _applied(asked),
        "opened": request.args.get("open", ""),
        "as_of_words": ranked.as_of_words(found.as_of),
        "band_hint": ranked.band_hint(look),
        "mark": found.as_of.mark,
    }


def _beside(row: PostingRow, rows: Sequence[ShownRow]) -> dict[str, RowReferral]:
    """Return what the rows say of referring these people."""
    return beside_people(request_session(), current_actor(), row.posting, rows)


def _around(row: PostingRow, found: PeopleList, asked: _Asked) -> dict[str, Any]:
    """Return what stands around the list: head, tabs, filters, the question why somebody is missing."""
    n_maybe = found.n_maybe if asked.side is ListSide.POSTING_ORDINARY else None
    return {
        "row": row,
        "head": head_of(
            request_session(), current_actor(), row, run=found.run, tab=asked.tab, n_maybe=n_maybe
        ),
        "choices": _choices(found),
        "why": _why(row, found, asked),
    }


def _choices(found: PeopleList) -> dict[str, list[tuple[str, str]]]:
    """Return what the filters offer."""
    return {
        "levels": [(level.value, label(level)) for level in found.levels],
        "regions": [(code, places.region(code)) for code in found.regions],
        "hows": [(how, gettext(HOW_WORDS[how])) for how in HOW_GROUPS],
        "verdicts": [(one.value, label(one)) for one in (Verdict.YES, Verdict.MAYBE)],
    }


def _why(row: PostingRow, found: PeopleList, asked: _Asked) -> dict[str, object]:
    """Answer why somebody does not appear: the people found, and the answer if there is just one."""
    words = asked_words("who")
    session, actor = request_session(), current_actor()
    people = absences.find_people(session, actor, row.posting.drive_id, words)
    answer = None
    if len(people) == 1:
        answer = absence_words(
            absences.absence(
                session, actor, found.run, asked.side, posting=row.posting, graduate=people[0]
            )
        )
    return {
        "words": words,
        "people": [person_of(one) for one in people] if len(people) > 1 else [],
        "answer": answer,
        "is_empty": bool(words) and not people,
    }


@bp.get("/<public_id>/people/<person_id>")
@needs(Permission.VIEW_RANKING)
def person(public_id: str, person_id: str) -> ResponseReturnValue:
    """Show one row of a list, with its reasons unless `?open=0`."""
    actor, session = current_actor(), request_session()
    row = find_posting(session, actor, public_id)
    asked = _asked()
    found = people_list(session, actor, row.posting, asked.side, PeopleFilter(words=person_id))
    if found is None or len(found.rows) != 1:
        return Response(status=404)
    look = Look.of(found.parameters, asked.side)
    (shown,) = ranked.people_rows(
        found.rows, look, ranked.offer_text(row.posting), before=found.rows[0]
    )
    return render_template(
        "postings/_person.html",
        one=shown,
        look=look,
        posting=row.posting,
        asked=asked,
        refer=_beside(row, [shown]),
        is_open=request.args.get("open") != "0",
    )


@bp.get("/<public_id>/as-of")
@needs(Permission.VIEW_RANKING)
def freshness(public_id: str) -> ResponseReturnValue:
    """Tell a page whether its list changed: 204 if not, else an event upon which it asks anew."""
    actor, session = current_actor(), request_session()
    number, drive_id = posting_numbers(session, actor, public_id)
    state = as_of(session, actor, drive_id, _asked().side, number)
    if state is None or state.mark == request.args.get("at"):
        return Response(status=204)
    return Response("", headers={"HX-Trigger": "list-changed"})


@bp.post("/<public_id>/sheet")
@needs(Permission.EXPORT_LIST)
def sheet(public_id: str) -> ResponseReturnValue:
    """Give the list as a workbook: what the screen shows, all pages, the same order and words."""
    actor, asked = current_actor(), _asked()
    require(actor, Permission.EXPORT_LIST)
    with reading_aside() as session:
        row = find_posting(session, actor, public_id)
        found = people_list(session, actor, row.posting, asked.side, asked.wanted, limit=None)
        if found is None:
            return Response(status=404)
        made = _workbook(row, found, asked)
    audit.record(
        request_session(),
        actor,
        "list.exported",
        subject=("posting", row.posting.id),
        side=asked.side,
        run=found.run.id,
        change=found.as_of.change_number,
        rows=found.total,
        of=found.n_listed,
    )
    name = f"list-{row.posting.public_id}-{clock.today():%Y%m%d}.xlsx"
    return send_file(made, mimetype=XLSX, as_attachment=True, download_name=name)


def _workbook(row: PostingRow, found: PeopleList, asked: _Asked) -> io.BytesIO:
    look = Look.of(found.parameters, asked.side)
    rows = ranked.people_rows(found.rows, look, ranked.offer_text(row.posting))
    head = gettext("预留席位名单") if asked.tab == SECOND else gettext("普通席位名单")
    on = "，".join(words for words, _ in _applied(asked))
    lines = [f"{row.posting.title}，{row.employer.name}", f"{head}，{on}" if on else head]
    return people_book(rows, look, lines, found.as_of)
