"""A person's own referrals (我的推荐): what was offered, by when to answer, and the answers themselves.

No rank, no other person, no class of seat. Declining has no consequences, and the pages say so.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError, SnapshotError
from matcher.kinds import ConsentPurpose
from matcher.kinds.referrals import DisclosurePart
from matcher.models.drives import Drive
from matcher.services.consents import current_text
from matcher.services.graduate_lists import get_own
from matcher.services.permissions import Permission
from matcher.services.plans.explanations import own_reasons
from matcher.services.referrals import (
    acceptance,
    interview_replies,
    own_lists,
    person_answers,
    resumes,
    sending,
)
from web.auth import current_actor
from web.forms import Form, FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg, translated
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.answers import AcceptForm, AgreeForm, ComingForm, DeclineForm
from web.session import reading_aside, request_session, undo_request
from web.words import own_referrals as words
from web.words.plan_reasons import spoken_sentences

bp = Blueprint("own_referrals", __name__, url_prefix="/me/referrals")

MENU = (
    NavItem(
        "own_referrals.index",
        msg("我的推荐"),
        Permission.ANSWER_OWN_REFERRALS,
        "own",
        hint=msg("看推荐给你的岗位，答复推荐、面试和录用"),
        icon="calendar",
    ),
)

_OWN = Permission.ANSWER_OWN_REFERRALS

_FORMS: dict[str, type[Form]] = {
    "agree": AgreeForm,
    "decline": DeclineForm,
    "accept": AcceptForm,
    "come": ComingForm,
}

_DONE = {
    "agree": msg("已同意推荐，单位的答复会告诉你"),
    "decline": msg("已记下你不接受，没有任何影响"),
    "accept": msg("已接受录用，按约定的日子去报到"),
    "come": msg("已记下，面试那天之前还可以改"),
}


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """List the own referrals: what asks for an answer first; who has no record yet registers first."""
    if current_actor().graduate_id is None:
        return see_other(url_for("registration.form"))
    found = own_lists.list_own(request_session(), current_actor())
    going = [one for one in found if one.referral.ended_at is None]
    return render_template(
        "own_referrals/list.html",
        asked=[one for one in going if one.is_asked],
        going=[one for one in going if not one.is_asked],
        ended=[one for one in found if one.referral.ended_at is not None],
        told=_told(),
        words=words,
    )


def _told() -> list[str]:
    """Say what the plan published last has for the person, and why; nothing once its folder is gone."""
    try:
        told = own_reasons(request_session(), current_actor())
    except SnapshotError:
        return []
    return spoken_sentences(told) if told is not None else []


@bp.get("/<public_id>")
@needs(_OWN)
def show(public_id: str) -> ResponseReturnValue:
    """Show one referral with what may be answered; the parts in the query are previewed."""
    return _page(public_id, {})


def _page(public_id: str, filled: dict[str, FormState], status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        own = own_lists.find_own(session, actor, public_id)
        graduate = get_own(session, actor)
        is_blind = session.get_one(Drive, own.referral.drive_id).is_blind
        asked = request.args.getlist("parts")
        chosen = asked or own.referral.disclosed or own_lists.last_choice(session, actor)
        page = render_template(
            "own_referrals/show.html",
            own=own,
            words=words,
            steps=words.steps(own_lists.own_steps(session, actor, own)),
            ends=own_lists.ended_by_accepting(session, actor, own),
            consent=current_text(session, ConsentPurpose.DISCLOSURE, clock.today()).body,
            chosen=list(chosen),
            preview=words.preview(graduate, _parts(chosen), is_blind=is_blind),
            is_previewed="preview" in request.args,
            left_out=words.own_words_of(graduate).left_out,
            forms={act: filled.get(act) or blank_form(form) for act, form in _FORMS.items()},
            standing=words.standing_of(own),
            reply=own_lists.last_reply(session, actor, own),
        )
    return page, status


def _parts(values: Any) -> list[DisclosurePart]:
    """Return the parts named, others left out: the query may say anything."""
    known = {one.value: one for one in DisclosurePart}
    return [known[value] for value in values if value in known]


@bp.get("/<public_id>/resume")
@needs(_OWN)
@rate_limited("60/minute")
def resume(public_id: str) -> ResponseReturnValue:
    """Show the résumé as the employer would get it with the parts of the query."""
    session, actor = request_session(), current_actor()
    own = own_lists.find_own(session, actor, public_id)
    parts = _parts(request.args.getlist("parts")) or _parts(own.referral.disclosed)
    content = resumes.preview(session, actor, own.referral, frozenset(parts))
    return pdf_answer(content)


def pdf_answer(content: bytes) -> Response:
    """Return a résumé to be read in the browser, under a neutral name."""
    headers = {"Content-Disposition": 'inline; filename="resume.pdf"'}
    return Response(content, content_type=resumes.PDF, headers=headers)


@bp.post("/<public_id>/agree")
@needs(_OWN)
def agree(public_id: str) -> ResponseReturnValue:
    """Agree to be recommended with the parts ticked."""

    def act(number: int, wish: AgreeForm) -> None:
        sending.agree(
            request_session(),
            current_actor(),
            number,
            disclosed=wish.parts,
            expected_version=wish.version,
        )

    return _answered(public_id, "agree", act)


@bp.post("/<public_id>/decline")
@needs(_OWN)
def decline(public_id: str) -> ResponseReturnValue:
    """Say no, with a reason that stays with the union."""

    def act(number: int, wish: DeclineForm) -> None:
        person_answers.decline(
            request_session(),
            current_actor(),
            number,
            reason=wish.reason,
            words=wish.words,
            expected_version=wish.version,
        )

    return _answered(public_id, "decline", act)


@bp.post("/<public_id>/accept")
@needs(_OWN)
def accept(public_id: str) -> ResponseReturnValue:
    """Take an offer; everything else that is pending ends."""

    def act(number: int, wish: AcceptForm) -> None:
        acceptance.accept(request_session(), current_actor(), number, expected_version=wish.version)

    return _answered(public_id, "accept", act)


@bp.post("/<public_id>/come")
@needs(_OWN)
def come(public_id: str) -> ResponseReturnValue:
    """Say whether one comes to the interview."""

    def act(number: int, wish: ComingForm) -> None:
        interview_replies.reply(
            request_session(),
            current_actor(),
            number,
            is_coming=wish.coming == "yes",
            expected_version=wish.version,
        )

    return _answered(public_id, "come", act)


def _answered(public_id: str, name: str, act: Callable[[int, Any], None]) -> ResponseReturnValue:
    """Read the form, act, and go back to the referral; what stands against it is said on its page."""
    with reading_aside() as session:
        number = own_lists.find_own(session, current_actor(), public_id).referral.id
    wish = read_form(_FORMS[name])
    if isinstance(wish, FormErrors):
        return _page(public_id, {name: wish}, 422)
    try:
        act(number, wish)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {name: refused_form(_FORMS[name], error)}, 422)
    except (RuleBrokenError, ConflictError) as error:
        undo_request()
        known = FormErrors(_FORMS[name], request.form, {"": translated(error.message)})
        return _page(public_id, {name: known}, 409)
    toast(gettext(_DONE[name]))
    return see_other(url_for(".show", public_id=public_id))
