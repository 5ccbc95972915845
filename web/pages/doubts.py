"""To be confirmed (待确认的专业): texts that leave majors open, most frequent first, decided here by people.

A decision holds for every posting with the same text of the same issuer, and can be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, render_template, request, send_file, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import Verdict
from matcher.models.drives import Drive
from matcher.services import audit
from matcher.services.doubtful_texts import (
    Decided,
    DoubtfulPage,
    DoubtfulText,
    Order,
    doubtful_text,
    doubtful_texts,
)
from matcher.services.permissions import Permission, require
from matcher.services.postings import get_posting
from matcher.services.ranking_facts import rules_of_drive
from matcher.services.requirement_decisions import (
    decide_all,
    decide_majors,
    list_decisions,
)
from matcher.services.requirement_decisions import (
    take_back as take_decisions_back,
)
from matcher.services.requirement_rules import read_key, requirement_key
from web.asked import asked_member, asked_words
from web.auth import current_actor
from web.drive_choice import chosen_drive, needed_drive
from web.forms import FormErrors, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg, ngettext
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.readings import MajorDecision
from web.session import reading_aside, request_session
from web.words import rules
from web.words.doubts import DoubtWords, doubt_words
from web.words.reading_sheets import doubts_book
from web.words.sheets import XLSX

bp = Blueprint("doubts", __name__, url_prefix="/doubts")

MENU = (
    NavItem(
        "doubts.index",
        msg("待确认的专业"),
        Permission.CONFIRM_MAJORS,
        "today",
        hint=msg("专业要求拿不准的，在这里定"),
    ),
)

PER_PAGE = 20
"""Texts of a page; each is a card with up to twelve majors."""

ORDERS = (
    (Order.POSTINGS, msg("岗位多的在前")),
    (Order.PEOPLE, msg("人多的在前")),
    (Order.PAIRS, msg("岗位和人都多的在前")),
)

_MOST_TEXTS = 50_000
"""Texts of a workbook."""

_MOST_DECISIONS = 500
"""Decisions shown under their tab."""

_REASON = "doubt_reason"
"""Where a browser's session keeps the last reason, to be offered again."""


@dataclass(frozen=True)
class _Asked:
    issuer: str
    how: str
    words: str
    order: Order


def _asked() -> _Asked:
    return _Asked(
        issuer=request.args.get("issuer", "")[:200],
        how=request.args.get("how", "")[:40],
        words=asked_words("q"),
        order=asked_member("order", Order) or Order.POSTINGS,
    )


@bp.get("")
@needs(Permission.VIEW_RANKING)
def index() -> ResponseReturnValue:
    """Show the texts that leave majors open, or what was decided."""
    choice = chosen_drive()
    if choice.drive is None:
        return render_template("postings/none.html")
    if request.args.get("tab") == "decided":
        return _decided(choice.drive)
    session, actor = request_session(), current_actor()
    asked, part = _asked(), requested_slice(PER_PAGE)
    found = doubtful_texts(
        session,
        actor,
        choice.drive.id,
        issuer=asked.issuer,
        how=asked.how,
        words=asked.words,
        order=asked.order,
        limit=part.limit,
        offset=part.offset,
    )
    return render_template(
        "doubts/index.html",
        drive=choice.drive,
        drives=choice.drives,
        found=found,
        asked=asked,
        texts=_words(session, choice.drive, found.rows),
        applied=_applied(asked, found),
        orders=[(order.value, gettext(words)) for order, words in ORDERS],
        hows=[(how, rules.doubtful(how)) for how in found.hows],
        progress=_progress(
            session, choice.drive, None if asked.issuer or asked.how or asked.words else found.total
        ),
        pager=page_of(part, found.total),
        reason=cookie.get(_REASON, ""),
        back=request.full_path,
    )


def _words(session: Session, drive: Drive, texts: Sequence[DoubtfulText]) -> list[DoubtWords]:
    """Return the texts of a page, each as the drive reads it today."""
    rules_today = rules_of_drive(session, drive.id, clock.today())
    return [
        doubt_words(
            text,
            read_key(
                requirement_key(
                    text.columns, text.directory, issuer=text.issuer_key, rules=rules_today
                )
            ),
            _posting_of(session, text),
        )
        for text in texts
    ]


def _posting_of(session: Session, text: DoubtfulText) -> str:
    return get_posting(session, current_actor(), text.posting_id).posting.public_id


def _progress(session: Session, drive: Drive, still: int | None = None) -> tuple[int, int]:
    """Return how many texts are settled, of how many that left something open; `still` if it is known."""
    actor = current_actor()
    if still is None:
        still = doubtful_texts(session, actor, drive.id, limit=0).total
    every = doubtful_texts(session, actor, drive.id, decided=Decided.ALL, limit=0).total
    return every - still, every


def _applied(asked: _Asked, found: DoubtfulPage) -> list[tuple[str, str]]:
    issuer = dict(found.issuers).get(asked.issuer, asked.issuer)
    tags = [
        (gettext("要求含：%(words)s", words=asked.words), "q", asked.words),
        (gettext("发布机构：%(name)s", name=issuer), "issuer", asked.issuer),
        (rules.doubtful(asked.how), "how", asked.how),
    ]
    return [(words, name) for words, name, is_on in tags if is_on]


def _decided(drive: Drive) -> ResponseReturnValue:
    session, actor = request_session(), current_actor()
    rows = list_decisions(session, actor, drive.id, with_taken_back=True, limit=_MOST_DECISIONS)
    part = requested_slice()
    return render_template(
        "doubts/decided.html",
        drive=drive,
        rows=rows[part.offset : part.offset + part.limit],
        pager=page_of(part, len(rows)),
        progress=_progress(session, drive),
        back=request.full_path,
    )


@bp.get("/text")
@needs(Permission.VIEW_RANKING)
def show() -> ResponseReturnValue:
    """Show one text with all the majors it leaves open, and what was decided about it."""
    drive, session, actor = needed_drive(), request_session(), current_actor()
    issuer, key = request.args.get("issuer", ""), request.args.get("text", "")
    if not key:
        return see_other(url_for("doubts.index", drive=drive.id))
    text, reading = doubtful_text(session, actor, drive.id, issuer, key)
    decisions = list_decisions(
        session, actor, drive.id, issuer_key=issuer, text_key=key, with_taken_back=True
    )
    return render_template(
        "doubts/text.html",
        drive=drive,
        one=doubt_words(text, reading, _posting_of(session, text)),
        decisions=decisions,
        reason=cookie.get(_REASON, ""),
        back=request.full_path,
    )


@bp.post("/decide")
@needs(Permission.CONFIRM_MAJORS)
def decide() -> ResponseReturnValue:
    """Decide about one major of a text or about all it leaves open; `answer` is yes|LEAF or yes|*."""
    drive = needed_drive()
    wish = read_form(MajorDecision)
    if isinstance(wish, FormErrors):
        raise InvalidInputError(
            "decision_input", "内容有误，请修改标出的项目。", fields=wish.errors
        )
    said, _, leaf = wish.answer.partition("|")
    verdict = Verdict.YES if said == Verdict.YES else Verdict.NO
    place = (request_session(), current_actor(), drive.id, wish.issuer, wish.text)
    reason = wish.reason or gettext("没有写理由")
    if leaf == "*":
        made = decide_all(*place, verdict=verdict, reason=reason)
    else:
        made = decide_majors(*place, answers={leaf: verdict}, reason=reason)
    cookie[_REASON] = wish.reason or ""
    ids = ",".join(str(one.id) for one in made)
    undo = url_for("doubts.take_back", drive=drive.id, ids=ids, back=_back(wish.back, drive))
    names = "、".join(one.major_name for one in made[:3])
    toast(
        gettext("%(names)s：已定为%(answer)s", names=names, answer=_answer(verdict))
        if len(made) <= 3
        else ngettext("%(num)d 个专业已定", "%(num)d 个专业已定", len(made)),
        undo=undo if made else None,
    )
    # to the text, so that the keyboard goes on where it was and not at the top of the page
    return see_other(f"{_back(wish.back, drive)}#t-{quote(wish.text)}")


def _answer(verdict: Verdict) -> str:
    return gettext("符合") if verdict is Verdict.YES else gettext("不符")


def _back(wanted: str | None, drive: Drive) -> str:
    """Return where a person came from: a page of this area, else its first."""
    if wanted and (
        wanted == bp.url_prefix
        or wanted.startswith((f"{bp.url_prefix}?", f"{bp.url_prefix}/text?"))
    ):
        return wanted.rstrip("?")
    return url_for("doubts.index", drive=drive.id)


@bp.post("/sheet")
@needs(Permission.EXPORT_LIST)
def sheet() -> ResponseReturnValue:
    """Give the texts that leave majors open as a workbook."""
    drive, actor = needed_drive(), current_actor()
    require(actor, Permission.EXPORT_LIST)
    with reading_aside() as session:
        found = doubtful_texts(session, actor, drive.id, limit=_MOST_TEXTS)
    made = doubts_book(found.rows, [drive.name])
    audit.record(
        request_session(),
        actor,
        "list.exported",
        subject=("drive", drive.id),
        rows=len(found.rows),
        of=found.total,
    )
    name = f"doubts-{clock.today():%Y%m%d}.xlsx"
    return send_file(made, mimetype=XLSX, as_attachment=True, download_name=name)


@bp.post("/take-back")
@needs(Permission.CONFIRM_MAJORS)
def take_back() -> ResponseReturnValue:
    """Take decisions back: their majors are open again."""
    drive = needed_drive()
    ids = _ids(request.values.get("ids", "").split(","))
    take_decisions_back(request_session(), current_actor(), drive.id, ids)
    toast(ngettext("%(num)d 个专业重新待确认", "%(num)d 个专业重新待确认", len(ids)))
    return see_other(_back(request.values.get("back"), drive))


def _ids(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 16]
