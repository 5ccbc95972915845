"""An employer's own postings (我的岗位): list, form, publishing, closing; it sees nobody here.

The form saves what is unfinished; publishing passes the gate of `posting_gate` and says everything that
stands against it at once.
"""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import PostingState
from matcher.services import pledges, postings
from matcher.services.drives import list_open_drives
from matcher.services.employers import get_employer
from matcher.services.permissions import Permission
from matcher.services.pledges import NO_PLEDGE
from matcher.services.posting_gate import ELEMENTS, REASONS, PostingOutcome
from matcher.services.posting_lists import find_posting
from matcher.services.postings import PostingRow
from matcher.services.referrals.employer_people import people_counts
from web.asked import asked_member
from web.auth import current_actor
from web.choices import certificate_names, occupation_words, place_words
from web.forms import FormErrors, FormState, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.pages import own_posting_form as posting_form
from web.pages.own_posting_form import Read
from web.paging import page_of, requested_slice
from web.schemas.own_postings import Closing, OwnPosting, PostingWords
from web.session import reading_aside, request_session
from web.words.compliance import FIELDS, findings_in

bp = Blueprint("own_postings", __name__, url_prefix="/my/postings")

MENU = (
    NavItem(
        "own_postings.index",
        msg("我的岗位"),
        Permission.EDIT_OWN_POSTINGS,
        "own",
        hint=msg("发布岗位，看每个岗位的情况"),
        icon="list",
    ),
)

_OWN = Permission.EDIT_OWN_POSTINGS

CLOSING_REASONS = {
    "filled": msg("已经招满"),
    "cancelled": msg("不招了"),
    "other": msg("其他原因"),
}


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """List the own postings with what keeps each from being ranked."""
    state, rows_wanted = asked_member("state", PostingState), requested_slice()
    session, actor = request_session(), current_actor()
    found = postings.list_postings(
        session, actor, state=state, limit=rows_wanted.limit, offset=rows_wanted.offset
    )
    employer = get_employer(session, actor, actor.employer_id or 0)
    return render_template(
        "own_postings/list.html",
        rows=found.rows,
        pledged=pledges.list_pledges(session, actor, [row.posting.id for row in found.rows]),
        state=state,
        states=list(PostingState),
        employer=employer,
        pager=page_of(rows_wanted, found.total),
        reasons=REASONS,
        today=clock.today(),
    )


@bp.get("/new")
@needs(_OWN)
def new() -> ResponseReturnValue:
    """Show the form for a new posting."""
    return _form(posting_form.new_form(request.args.get("drive")), None)


def _form(form: FormState, row: PostingRow | None, status: int = 200) -> ResponseReturnValue:
    """Show the form with what is read and found in its words so far."""
    with reading_aside() as session:
        employer = get_employer(session, current_actor(), current_actor().employer_id or 0)
        drives = list_open_drives(session, employer.union_id)
    typed = form.value("requirement")
    columns = {posting_form.MIXED: typed} if typed else {}
    if row is not None and not typed:
        columns = posting_form.columns_of(row.posting)
    page = render_template(
        "own_postings/form.html",
        form=form,
        row=row,
        drives=[(drive.public_id, drive.neutral_name) for drive in drives],
        educations=posting_form.education_options(),
        certificates=certificate_names(),
        work_forms=posting_form.work_form_options(),
        kept_columns={} if posting_form.MIXED in columns else columns,
        read=posting_form.shown_reading(columns, row.posting.directory if row else None),
        findings=findings_in({name: form.value(name) for name in FIELDS}, clock.today()),
    )
    return page, status


@bp.post("/read")
@needs(_OWN)
def read_words() -> ResponseReturnValue:
    """Show how the typed requirement is read and what the typed words break; changes nothing."""
    words = read_form(PostingWords)
    typed = {} if isinstance(words, FormErrors) else words.model_dump()
    return render_template(
        "own_postings/_reading.html",
        read=posting_form.shown_reading({posting_form.MIXED: typed.get("requirement") or ""}),
        findings=findings_in(typed, clock.today()),
    )


@bp.post("")
@needs(_OWN)
def create() -> ResponseReturnValue:
    """Draft a posting, and publish it if asked."""
    return _save(None)


@bp.post("/<public_id>")
@needs(_OWN)
def update(public_id: str) -> ResponseReturnValue:
    """Change a posting, and publish it if asked."""
    with reading_aside() as session:
        row = find_posting(session, current_actor(), public_id)
    return _save(row)


def _save(row: PostingRow | None) -> ResponseReturnValue:
    """Write what the form says; whatever stands against it, what was typed stays."""
    wish = read_form(OwnPosting)
    if isinstance(wish, FormErrors):
        return _form(wish, row, 422)
    actor = current_actor()
    with reading_aside() as session:
        employer = get_employer(session, actor, actor.employer_id or 0)
        drive_ids = {d.public_id: d.id for d in list_open_drives(session, employer.union_id)}
    read = posting_form.read_posting(wish, employer, row.posting if row else None)
    if isinstance(read, FormErrors):
        return _form(read, row, 422)
    drive_id = drive_ids.get(wish.drive or "") or next(iter(drive_ids.values()), None)
    if row is None and drive_id is None:
        why = gettext("现在没有进行中的活动，暂时不能发布岗位。")
        return _form(FormErrors(OwnPosting, request.form, {"": why}), row, 409)
    try:
        outcome = _write(wish, read, row, drive_id or 0)
    except InvalidInputError as error:
        return _form(refused_form(OwnPosting, error), row, 422)
    except (RuleBrokenError, ConflictError) as error:
        known = FormErrors(OwnPosting, request.form, {_place_of(error): gettext(error.message)})
        return _form(known, row, 409)
    _tell(wish, outcome)
    return see_other(url_for("own_postings.show", public_id=outcome.posting.public_id))


def _write(wish: OwnPosting, read: Read, row: PostingRow | None, drive_id: int) -> PostingOutcome:
    session, actor = request_session(), current_actor()
    if row is None:
        outcome = pledges.create_with_pledge(
            session, actor, read.facts, read.pledge, drive_id=drive_id
        )
    else:
        outcome = pledges.update_with_pledge(
            session,
            actor,
            row.posting.id,
            read.facts,
            read.pledge,
            expected_version=wish.version,
        )
    if wish.act == "publish" and not outcome.published:
        outcome = postings.publish_posting(session, actor, outcome.posting.id)
    return outcome


def _place_of(error: RuleBrokenError | ConflictError) -> str:
    """Return the field an error is about, empty for the whole form."""
    fields = {
        "posting_duplicate": "title",
        "headcount_promised": "headcount",
        "seats_reserved": "headcount",
        "posting_past_validity": "closes_on",
    }
    return fields.get(error.code, "")


def _tell(wish: OwnPosting, outcome: PostingOutcome) -> None:
    """Say what became of the posting."""
    if outcome.published:
        toast(gettext("岗位已发布"))
    elif wish.act == "publish":
        toast(gettext("已保存，还不能发布，原因见下"))
    else:
        toast(gettext("已保存为草稿"))


@bp.get("/<public_id>")
@needs(_OWN)
def show(public_id: str) -> ResponseReturnValue:
    """Show one posting: its state, what is missing, what its words break; nobody who was ranked."""
    session, actor = request_session(), current_actor()
    row = find_posting(session, actor, public_id)
    posting = row.posting
    texts: dict[str, Any] = {name: getattr(posting, name) for name in FIELDS}
    texts["requirement"] = "\n".join(posting_form.columns_of(posting).values())
    return render_template(
        "own_postings/show.html",
        row=row,
        pledge=pledges.list_pledges(session, actor, [posting.id]).get(posting.id, NO_PLEDGE),
        missing=[(name, ELEMENTS[name]) for name in posting.incomplete if name in ELEMENTS],
        findings=findings_in(texts, clock.today()),
        of_employer=[one for one in posting.findings if one["code"] == "labour_dispatch"],
        read=posting_form.shown_reading(posting_form.columns_of(posting), posting.directory),
        place=place_words(posting.region_code),
        occupation=occupation_words(posting.occupation_code),
        reasons=REASONS,
        closing_reasons=[(key, gettext(words)) for key, words in CLOSING_REASONS.items()],
        people=people_counts(session, actor, public_id),
    )


@bp.get("/<public_id>/edit")
@needs(_OWN)
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form with a posting as it stands."""
    session, actor = request_session(), current_actor()
    row = find_posting(session, actor, public_id)
    return _form(posting_form.form_of(row.posting), row)


@bp.post("/<public_id>/publish")
@needs(_OWN)
def publish(public_id: str) -> ResponseReturnValue:
    """Publish a posting as it stands, or show what stands against it."""
    session, actor = request_session(), current_actor()
    row = find_posting(session, actor, public_id)
    outcome = postings.publish_posting(session, actor, row.posting.id)
    toast(gettext("岗位已发布") if outcome.published else gettext("还不能发布，原因见下"))
    return see_other(url_for("own_postings.show", public_id=public_id))


@bp.post("/<public_id>/close")
@needs(_OWN)
def close(public_id: str) -> ResponseReturnValue:
    """Take a posting offline for good."""
    wish = read_form(Closing)
    if isinstance(wish, FormErrors):
        return see_other(url_for("own_postings.show", public_id=public_id))
    session, actor = request_session(), current_actor()
    row = find_posting(session, actor, public_id)
    reason = CLOSING_REASONS[wish.reason]
    postings.close_posting(
        session, actor, row.posting.id, reason=reason, expected_version=wish.version
    )
    toast(gettext("岗位已关闭"))
    return see_other(url_for("own_postings.index"))
