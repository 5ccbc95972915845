"""How a posting's requirement was read (岗位要求), and correcting it: a stretch, its meaning, who and why.

A stretch is chosen by its place in the text (`?at=3-8`) or by its words (`?words=…`), so that it works
without a script. Before a correction is saved, the page says what it would decide differently.
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds import MajorLevel
from matcher.models.drives import Drive
from matcher.models.postings import Posting
from matcher.services.permissions import Permission, may
from matcher.services.posting_lists import find_posting
from matcher.services.postings import PostingRow
from matcher.services.ranking_runs import current_run
from matcher.services.requirement_corrections import correct_reading, corrections_of
from matcher.services.requirement_rules import issuer_key
from matcher.services.requirement_terms import NewTerm, TermChange, change_terms
from matcher.services.requirement_views import requirement_view
from matcher.services.term_effects import Effects, term_effects
from matcher.services.term_lists import TermRow, list_terms
from matcher.vocabulary.majors import name_key
from web.asked import asked_words
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.readings import Correction, CorrectionTried
from web.session import reading_aside, request_session
from web.term_forms import fields_of, of_issuer, typed_terms
from web.words.posting_heads import head_of
from web.words.readings import ReadingWords
from web.words.requirements import requirement_words
from web.words.terms import MEANINGS, meaning_words

bp = Blueprint("correction", __name__)


def requirement_page(
    row: PostingRow,
    form: FormState | None = None,
    effects: Effects | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show how a posting's requirement was read, with the panel to correct it if a stretch is chosen."""
    actor = current_actor()
    find = asked_words("find") if request.method == "GET" else ""
    with reading_aside() as session:
        run = current_run(session, row.posting.drive_id)
        words = requirement_words(requirement_view(session, actor, row.posting), find=find)
        page = render_template(
            "postings/requirement.html",
            posting=row.posting,
            head=head_of(session, actor, row, run=run, tab="requirement"),
            words=words,
            find=find,
            form=form or _chosen(words.reading),
            at=request.args.get("at", ""),
            effects=effects,
            corrections=[(one, meaning_words(one.term)) for one in _corrections(row.posting)],
            listed=[(one, meaning_words(one.term)) for one in _listed(row.posting)],
            meanings=[
                (value, gettext(said), gettext(help_) if help_ else "")
                for value, said, help_ in MEANINGS
            ],
            levels=[(level.value, label(level)) for level in MajorLevel],
            scopes=_scopes(row),
        )
    return page, status


def _chosen(read: ReadingWords) -> FormState | None:
    """Return the form for the stretch in the address, if there is one in the text."""
    if not may(current_actor(), Permission.EDIT_READINGS):
        return None
    at, words = request.args.get("at", ""), request.args.get("words", "")
    stretch = next((one for one in read.stretches if one.kind and one.at == at), None)
    if stretch is not None:
        words = stretch.text.strip("（）()【】：: ")
    elif not words or name_key(words) not in name_key("".join(s.text for s in read.stretches)):
        return None
    kind = stretch.kind if stretch is not None else ""
    meaning = {"condition": "condition", "exclusion": "exclusion"}.get(kind, "major")
    return blank_form(Correction, words=words[:60], meaning=meaning, scope="text")


def _corrections(posting: Posting) -> list[TermRow]:
    """Return the corrections of this text, newest first."""
    with reading_aside() as session:
        return corrections_of(session, current_actor(), posting.id)[::-1]


def _listed(posting: Posting) -> list[TermRow]:
    """Return what alias lists say about words of this text."""
    text = name_key("\n".join(str(part) for part in posting.requirement.values() if part))
    keys = ("", issuer_key(posting.issuer, posting.employer_id))
    with reading_aside() as session:
        rows = list_terms(session, current_actor())
    return [row for row in rows if row.term.issuer_key in keys and name_key(row.term.words) in text]


def _scopes(row: PostingRow) -> list[tuple[str, str, str]]:
    name = row.posting.issuer or row.employer.name
    scopes = [
        (
            "text",
            gettext("只这一段要求"),
            gettext("%(name)s写了同样要求的岗位，都照此读", name=name),
        )
    ]
    if may(current_actor(), Permission.EDIT_ALIASES):
        help_ = gettext("记入别名表，%(name)s所有写了这几个字的岗位，都照此读", name=name)
        scopes.append(("issuer", gettext("这个发布机构的所有岗位"), help_))
    return scopes


@bp.post("/<public_id>/requirement/correct")
@needs(Permission.EDIT_READINGS)
def save(public_id: str) -> ResponseReturnValue:
    """Show what a correction would decide differently, or save it."""
    with reading_aside() as session:
        row = find_posting(session, current_actor(), public_id)
        drive = session.get_one(Drive, row.posting.drive_id)
    wish = read_form(Correction if request.form.get("act") == "save" else CorrectionTried)
    if isinstance(wish, FormErrors):
        return requirement_page(row, wish, status=422)
    terms = typed_terms(Correction, wish)
    if isinstance(terms, FormErrors):
        return requirement_page(row, terms, status=422)
    if wish.scope == "issuer":
        terms = of_issuer(terms, row.posting.issuer, row.posting.employer_id)
    try:
        if wish.act == "preview":
            shown = FormState(Correction, request.form)
            return requirement_page(row, shown, _effects(row, drive, wish, terms))
        made = _save(row, drive, wish, terms)
    except InvalidInputError as error:
        refused = refused_form(Correction, fields_of(error))
        return requirement_page(row, refused, status=422)
    undo = None
    if wish.scope == "text" and len(made) == 1:
        undo = url_for("postings.correction.take_back", public_id=public_id, term_id=made[0])
    toast(gettext("更正已保存，有关岗位会重新排序"), undo=undo)
    return see_other(url_for("postings.requirement", public_id=public_id) + "#corrections")


def _effects(row: PostingRow, drive: Drive, wish: Correction, terms: list[NewTerm]) -> Effects:
    with reading_aside() as session:
        change, actor = TermChange(added=terms), current_actor()
        if wish.scope == "issuer":
            return term_effects(session, actor, change, union_id=drive.union_id)
        return term_effects(session, actor, change, posting_id=row.posting.id)


def _save(row: PostingRow, drive: Drive, wish: Correction, terms: list[NewTerm]) -> list[int]:
    session, actor = request_session(), current_actor()
    if wish.scope == "issuer":
        change = TermChange(added=terms)
        made = change_terms(session, actor, change, reason=wish.reason, union_id=drive.union_id)
    else:
        made = correct_reading(session, actor, row.posting.id, added=terms, reason=wish.reason)
    return [one.id for one in made]


@bp.post("/<public_id>/requirement/corrections/<int:term_id>/take-back")
@needs(Permission.EDIT_READINGS)
def take_back(public_id: str, term_id: int) -> ResponseReturnValue:
    """Take a correction back: the text is read as before."""
    session, actor = request_session(), current_actor()
    row = find_posting(session, actor, public_id)
    correct_reading(
        session, actor, row.posting.id, ended={term_id: None}, reason=gettext("撤回更正")
    )
    toast(gettext("更正已撤回，有关岗位会重新排序"))
    return see_other(url_for("postings.requirement", public_id=public_id))
