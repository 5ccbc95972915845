"""Alias lists (别名表): what issuers mean by words in no catalogue, dated, each change with who and why.

Before an entry is made, changed or ended, the page says what that would decide differently on the live
postings. The shipped list is shown too and cannot be changed; an own entry of the same words goes first.
"""

from typing import Any

from flask import Blueprint, abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import MajorLevel
from matcher.models.readings import RequirementTerm
from matcher.services import audit
from matcher.services.permissions import Permission
from matcher.services.requirement_terms import TermChange, change_terms
from matcher.services.term_effects import Effects, term_effects
from matcher.services.term_lists import (
    TermRow,
    employer_of_name,
    list_issuers,
    list_terms,
    shipped_aliases,
)
from web.asked import asked_tick, asked_words
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.readings import AliasEntry, AliasTried, Ending
from web.session import reading_aside, request_session
from web.term_forms import fields_of, listed_terms
from web.words.reading_sheets import aliases_book
from web.words.sheets import XLSX
from web.words.terms import MEANINGS, meaning_words, shipped_words, typed_meaning, typed_target

bp = Blueprint("aliases", __name__, url_prefix="/aliases")

MENU = (
    NavItem(
        "aliases.index",
        msg("专业别名表"),
        Permission.EDIT_ALIASES,
        "drive",
        hint=msg("各发布机构的习惯叫法指哪些专业"),
    ),
)

_LOOK = (Permission.EDIT_ALIASES, Permission.VIEW_RANKING)

EVERYBODY = "all"
"""What the address says for the list that holds for every issuer."""


@bp.get("")
@needs(*_LOOK)
def index() -> ResponseReturnValue:
    """Show the lists, own entries by issuer or the shipped ones."""
    session, actor = request_session(), current_actor()
    words, part = asked_words("q"), requested_slice()
    shipped = request.args.get("list") == "shipped"
    wanted = request.args.get("issuer", "")
    issuer = {"": None, EVERYBODY: ""}.get(wanted, wanted)
    rows: list[Any] = []
    if shipped:
        rows = [(one, shipped_words(one)) for one in shipped_aliases(words)]
    else:
        found = list_terms(
            session, actor, issuer=issuer, words=words, with_ended=asked_tick("ended")
        )
        rows = [(one, meaning_words(one.term)) for one in found]
    issuers = list_issuers(session, actor)
    names = dict(_issuer_options(issuers))
    return render_template(
        "aliases/shipped.html" if shipped else "aliases/list.html",
        rows=rows[part.offset : part.offset + part.limit],
        pager=page_of(part, len(rows)),
        words=words,
        wanted=wanted,
        ended=asked_tick("ended"),
        issuers=_issuer_options(issuers),
        applied=_applied(words, names.get(wanted, "")),
    )


def _issuer_options(issuers: list[Any]) -> list[tuple[str, str]]:
    everybody = [(EVERYBODY, gettext("所有发布机构"))]
    return everybody + [(one.key, one.name) for one in issuers]


def _applied(words: str, issuer: str) -> list[tuple[str, str]]:
    tags = [
        (gettext("词语：%(words)s", words=words), "q", words),
        (gettext("发布机构：%(name)s", name=issuer), "issuer", issuer),
        (gettext("含已结束的"), "ended", asked_tick("ended")),
    ]
    return [(said, name) for said, name, is_on in tags if is_on]


@bp.post("/sheet")
@needs(Permission.EDIT_ALIASES)
def sheet() -> ResponseReturnValue:
    """Give the own entries as a workbook, ended ones left out."""
    actor = current_actor()
    with reading_aside() as session:
        rows = list_terms(session, actor)
    audit.record(request_session(), actor, "list.exported", side="aliases", rows=len(rows))
    made, name = aliases_book(rows, []), f"aliases-{clock.today():%Y%m%d}.xlsx"
    return send_file(made, mimetype=XLSX, as_attachment=True, download_name=name)


@bp.get("/new")
@needs(Permission.EDIT_ALIASES)
def new() -> ResponseReturnValue:
    """Show the form for a new entry; `?words=` and `?issuer=` fill it in."""
    args = request.args
    return _form(
        blank_form(
            AliasEntry,
            words=args.get("words", "")[:60],
            issuer=args.get("issuer", "")[:100],
            meaning="major",
        )
    )


def _form(
    form: FormState, effects: Effects | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as session:
        issuers = [one.name for one in list_issuers(session, current_actor())]
    page = render_template(
        "aliases/form.html",
        form=form,
        effects=effects,
        issuers=issuers,
        meanings=[
            (value, gettext(said), gettext(help_) if help_ else "")
            for value, said, help_ in MEANINGS
        ],
        levels=[(level.value, label(level)) for level in MajorLevel],
    )
    return page, status


@bp.post("/new")
@needs(Permission.EDIT_ALIASES)
def create() -> ResponseReturnValue:
    """Show what an entry would decide differently, or save it, in the place of another if it says so."""
    wish = read_form(AliasEntry if request.form.get("act") == "save" else AliasTried)
    if isinstance(wish, FormErrors):
        return _form(wish, status=422)
    before = _row(wish.replaces).term if wish.replaces is not None else None
    terms = listed_terms(wish, before, _employer(wish.issuer))
    if isinstance(terms, FormErrors):
        return _form(terms, status=422)
    ended = {before.id: wish.version} if before is not None else {}
    change, actor = TermChange(added=terms, ended=ended), current_actor()
    union_id = before.union_id if before is not None else None
    try:
        if wish.act == "preview":
            with reading_aside() as session:
                effects = term_effects(session, actor, change, union_id=union_id)
            return _form(FormState(AliasEntry, request.form), effects)
        change_terms(request_session(), actor, change, reason=wish.reason, union_id=union_id)
    except InvalidInputError as error:
        return _form(refused_form(AliasEntry, fields_of(error)), status=422)
    toast(gettext("别名表已更新，有关岗位会重新排序"))
    return see_other(url_for("aliases.index", q=wish.words))


def _employer(name: str | None) -> int | None:
    """Return the employer meant where an issuer is asked for, if it issues its own postings."""
    if not name:
        return None
    with reading_aside() as session:
        return employer_of_name(session, current_actor(), name)


def _row(term_id: int) -> TermRow:
    """Return an entry the actor may see, taken back or not; 404 for any other."""
    with reading_aside() as session:
        rows = list_terms(session, current_actor(), with_ended=True)
    found = next((row for row in rows if row.term.id == term_id), None)
    if found is None:
        abort(404)
    return found


@bp.get("/<int:term_id>/edit")
@needs(Permission.EDIT_ALIASES)
def edit(term_id: int) -> ResponseReturnValue:
    """Show the form with an entry as it stands; saving ends it and makes the new one."""
    row = _row(term_id)
    term = row.term
    return _form(
        blank_form(
            AliasEntry,
            words=term.words,
            meaning=typed_meaning(term.meaning),
            target=typed_target(term),
            level=term.level.value if term.level else None,
            unsure="" if term.certain else "true",
            issuer=row.issuer,
            valid_from=term.valid_from,
            valid_to=term.valid_to,
            replaces=term.id,
            version=term.version_id,
        )
    )


@bp.get("/<int:term_id>/end")
@needs(Permission.EDIT_ALIASES)
def end_form(term_id: int) -> ResponseReturnValue:
    """Show what ending an entry would decide differently, and ask why."""
    row = _row(term_id)
    return _end_page(row, blank_form(Ending, version=row.term.version_id))


def _end_page(row: TermRow, form: FormState, status: int = 200) -> ResponseReturnValue:
    term: RequirementTerm = row.term
    with reading_aside() as session:
        change = TermChange(ended={term.id: None})
        effects = term_effects(session, current_actor(), change, union_id=term.union_id)
    page = render_template(
        "aliases/end.html", row=row, meaning=meaning_words(term), form=form, effects=effects
    )
    return page, status


@bp.post("/<int:term_id>/end")
@needs(Permission.EDIT_ALIASES)
def end(term_id: int) -> ResponseReturnValue:
    """End an entry: the words are read as before it."""
    row = _row(term_id)
    wish = read_form(Ending)
    if isinstance(wish, FormErrors):
        return _end_page(row, wish, 422)
    change = TermChange(ended={term_id: wish.version})
    change_terms(
        request_session(),
        current_actor(),
        change,
        reason=wish.reason,
        union_id=row.term.union_id,
    )
    toast(gettext("这条已结束，有关岗位会重新排序"))
    return see_other(url_for("aliases.index"))
