"""People referred by program (推荐来的人接口): an employer's own, read and answered one at a time."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.services.permissions import Permission
from matcher.services.referrals import employer_acts, employer_people
from matcher.services.referrals.employer_people import PeopleFilter
from matcher.services.referrals.shown_people import ReferredPerson
from web.api.documented import documented
from web.api.postings import answer
from web.api.reading import checked_id, next_address, read_body, read_query
from web.auth import current_actor
from web.i18n import gettext
from web.marks import needs, rate_limited
from web.schemas import api_people as shapes
from web.session import request_session
from web.words.own_people import bars_of_names

bp = Blueprint("api_people", __name__, url_prefix="/api/v1/people")

_ANSWERS = Permission.ANSWER_REFERRALS

_FIELDS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "invite": (("on", "on", True), ("note", "note", False)),
    "attendance": (("attended", "attended", True),),
    "offer": (("reports_on", "reports_on", False),),
    "refuse": (("reason", "reason", True), ("words", "words", False), ("note", "note", False)),
    "hold": (("decide_on", "decide_on", True),),
    "resume": (),
    "report": (("on", "on", True),),
    "stay": (("on", "on", True),),
    "missing": (("fall_reason", "reason", True),),
    "left": (("on", "on", True),),
}
"""Act → fields of the body, what the step calls them, and whether they must be there."""


@bp.get("")
@needs(_ANSWERS)
@rate_limited("300/minute")
@documented(shapes.PeoplePage, query=shapes.PeopleQuery)
def index() -> ResponseReturnValue:
    """List the people referred, by fit, then lottery."""
    query = read_query(shapes.PeopleQuery)
    found = employer_people.list_people(
        request_session(),
        current_actor(),
        PeopleFilter(query.posting, query.group),
        limit=query.limit,
        offset=query.offset,
    )
    return answer(
        shapes.PeoplePage(
            items=[_out(one) for one in found.rows],
            total=found.total,
            limit=query.limit,
            offset=query.offset,
            next=next_address("api_people.index", query, total=found.total),
        )
    )


@bp.get("/<public_id>")
@needs(_ANSWERS)
@rate_limited("300/minute")
@documented(shapes.PersonOut)
def show(public_id: str) -> ResponseReturnValue:
    """Give one person referred."""
    return answer(_one(public_id))


def _one(public_id: str) -> shapes.PersonOut:
    found = employer_people.find_person(request_session(), current_actor(), checked_id(public_id))
    return _out(found)


@bp.post("/<public_id>/answer")
@needs(_ANSWERS)
@rate_limited("120/minute")
@documented(shapes.PersonOut, body=shapes.Answer, refusals=(409,))
def give_answer(public_id: str) -> ResponseReturnValue:
    """Answer one referral."""
    wish = read_body(shapes.Answer)
    session, actor = request_session(), current_actor()
    facts = _facts(wish)
    employer_acts.answer(session, actor, checked_id(public_id), wish.act, facts, seen=wish.seen)
    return answer(_one(public_id))


def _facts(wish: shapes.Answer) -> dict[str, Any]:
    """Return what the step takes; a field that lacks or has no place is refused."""
    fields = _FIELDS[wish.act]
    sent = wish.model_dump(exclude={"act", "seen"}, exclude_none=True)
    wrong = {name: gettext("请填写。") for name, _, must in fields if must and name not in sent}
    taken = {name for name, _, _ in fields}
    wrong |= {name: gettext("这种答复不用填。") for name in sent if name not in taken}
    if wrong:
        raise InvalidInputError(
            "request_fields", "提交的内容有误，请按字段说明修改。", fields=wrong
        )
    return {as_: sent[name] for name, as_, _ in fields if name in sent}


def _out(one: ReferredPerson) -> shapes.PersonOut:
    return shapes.PersonOut(
        id=one.public_id,
        posting=one.posting,
        posting_title=one.posting_title,
        state=one.state,
        code=one.code,
        name=one.name,
        phone=one.phone_masked,
        school=one.school,
        education=one.education,
        majors=list(one.majors),
        about=one.about,
        shown=sorted(one.shown),
        fit=one.fit,
        parts=[shapes.FitPart(name=name, points=n) for name, n in bars_of_names(one)],
        answer_by=one.decide_by_on,
        interview_on=one.interview_on,
        interview_words=one.interview_words,
        has_attended=one.has_attended,
        is_coming=one.is_coming,
        refusal_reason=one.refusal_reason,
        reports_on=one.reports_on,
        reported_on=one.reported_on,
        left_on=one.left_on,
    )
