"""Postings by program (岗位接口): an employer's own, or those of the drives a manager sees."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from matcher.errors import InvalidInputError
from matcher.services import pledges, postings
from matcher.services.employers import get_employer
from matcher.services.permissions import Actor, Permission
from matcher.services.pledges import NO_PLEDGE
from matcher.services.posting_drafts import PostingInput
from matcher.services.posting_lists import find_posting
from matcher.services.postings import PostingRow
from matcher.services.public_ids import drive_id_of, employer_id_of, public_drives
from matcher.services.seat_fitting import Pledge
from web.api.documented import documented
from web.api.reading import checked_id, next_address, read_body, read_query
from web.auth import current_actor
from web.choices import read_certificates
from web.marks import needs, rate_limited
from web.schemas import api
from web.session import reading_aside, request_session

bp = Blueprint("api_postings", __name__, url_prefix="/api/v1/postings")

_WRITES = (Permission.EDIT_OWN_POSTINGS, Permission.MANAGE_DRIVE)
_COLUMNS = {"any_level": "混合", "college": "专科", "bachelor": "本科", "graduate": "研究生"}


def answer(model: BaseModel, status: int = 200) -> Response:
    """Return a model as the JSON answer."""
    response = jsonify(model.model_dump(mode="json"))
    response.status_code = status
    return response


@bp.get("")
@needs(*_WRITES)
@rate_limited("300/minute")
@documented(api.PostingPage, query=api.PostingQuery)
def index() -> ResponseReturnValue:
    """List postings by title."""
    query = read_query(api.PostingQuery)
    found = postings.list_postings(
        request_session(),
        current_actor(),
        state=query.state,
        words=query.words,
        region=query.region,
        limit=query.limit,
        offset=query.offset,
    )
    return answer(
        api.PostingPage(
            items=_shown(found.rows),
            total=found.total,
            limit=query.limit,
            offset=query.offset,
            next=next_address("api_postings.index", query, total=found.total),
        )
    )


@bp.get("/<public_id>")
@needs(*_WRITES)
@rate_limited("300/minute")
@documented(api.PostingOut)
def show(public_id: str) -> ResponseReturnValue:
    """Give one posting."""
    return answer(_one(public_id))


def _one(public_id: str) -> api.PostingOut:
    row = find_posting(request_session(), current_actor(), checked_id(public_id))
    return _shown([row])[0]


@bp.post("")
@needs(*_WRITES)
@rate_limited("120/minute")
@documented(api.PostingOut, status=201, body=api.NewPosting, refusals=(404, 409))
def create() -> ResponseReturnValue:
    """Draft a posting."""
    wish, actor = read_body(api.NewPosting), current_actor()
    with reading_aside() as session:
        drive_id = drive_id_of(session, actor, wish.drive)
    employer_id = _employer(actor, wish.employer)
    facts = _facts(wish, None, actor, employer_id)
    outcome = pledges.create_with_pledge(
        request_session(),
        actor,
        facts,
        _pledge(wish),
        drive_id=drive_id,
        employer_id=employer_id,
    )
    return answer(_one(outcome.posting.public_id), 201)


def _employer(actor: Actor, named: str | None) -> int:
    """Return the employer a new posting is for."""
    if actor.employer_id is not None:
        return actor.employer_id
    if named is None:
        raise InvalidInputError(
            "employer_missing", "请写明是哪个单位的岗位。", fields={"employer": "请写明单位。"}
        )
    with reading_aside() as session:
        return employer_id_of(session, actor, named)


def _facts(
    wish: api.PostingFields, before: PostingRow | None, actor: Actor, employer_id: int
) -> PostingInput:
    """Return the facts of a body; what it cannot say stays as it is."""
    codes, unknown = read_certificates(wish.certificates)
    if unknown:
        raise InvalidInputError(
            "certificates", "有不认识的证书。", fields={"certificates": unknown}
        )
    with reading_aside() as session:
        employer = get_employer(session, actor, employer_id)
    kept = before.posting if before else None
    texts = wish.requirement.model_dump(exclude_none=True)
    plain = wish.model_dump(include=_PLAIN)
    return PostingInput(
        **plain,
        requirement={_COLUMNS[level]: text for level, text in texts.items()},
        certificates=codes,
        education_text=kept.education_text if kept else None,
        directory=kept.directory if kept else None,
        industry=(kept.industry if kept else None) or employer.industry,
        unit_kind=(kept.unit_kind if kept else None) or employer.unit_kind,
    )


_PLAIN = {
    "title",
    "headcount",
    "duties",
    "conditions",
    "region_code",
    "place_text",
    "pay_text",
    "pay_low_yuan",
    "pay_high_yuan",
    "valid_from",
    "closes_on",
    "education_min",
    "occupation_code",
    "work_form",
}


def _pledge(wish: api.PostingFields) -> Pledge:
    return Pledge(wish.pledged, wish.pledged_until)


@bp.put("/<public_id>")
@needs(*_WRITES)
@rate_limited("120/minute")
@documented(api.PostingOut, body=api.PostingChange, refusals=(409,))
def update(public_id: str) -> ResponseReturnValue:
    """Change a posting as a whole; one that is online passes the gate again."""
    wish, actor = read_body(api.PostingChange), current_actor()
    with reading_aside() as session:
        row = find_posting(session, actor, checked_id(public_id))
    facts = _facts(wish, row, actor, row.employer.id)
    pledges.update_with_pledge(
        request_session(),
        actor,
        row.posting.id,
        facts,
        _pledge(wish),
        expected_version=wish.version,
    )
    return answer(_one(public_id))


@bp.post("/<public_id>/publish")
@needs(*_WRITES)
@rate_limited("120/minute")
@documented(api.PostingOut, body=api.Act, refusals=(409,))
def publish(public_id: str) -> ResponseReturnValue:
    """Publish a posting; the answer says what stands against it."""
    wish, session, actor = read_body(api.Act), request_session(), current_actor()
    row = find_posting(session, actor, checked_id(public_id))
    postings.publish_posting(session, actor, row.posting.id, expected_version=wish.version)
    return answer(_one(public_id))


@bp.post("/<public_id>/close")
@needs(*_WRITES)
@rate_limited("120/minute")
@documented(api.PostingOut, body=api.ClosingAct, refusals=(409,))
def close(public_id: str) -> ResponseReturnValue:
    """Take a posting offline for good."""
    wish, session, actor = read_body(api.ClosingAct), request_session(), current_actor()
    row = find_posting(session, actor, checked_id(public_id))
    postings.close_posting(
        session, actor, row.posting.id, reason=wish.reason, expected_version=wish.version
    )
    return answer(_one(public_id))


def _shown(rows: list[PostingRow]) -> list[api.PostingOut]:
    """Return postings as programs read them; seats of a class are told as the own pledge alone."""
    session, actor = request_session(), current_actor()
    drives = public_drives(session, {row.posting.drive_id for row in rows})
    pledged = pledges.list_pledges(session, actor, [row.posting.id for row in rows])
    return [
        _out(row, pledged.get(row.posting.id, NO_PLEDGE), drives[row.posting.drive_id])
        for row in rows
    ]


def _out(row: PostingRow, pledge: Pledge, drive: str) -> api.PostingOut:
    posting = row.posting
    plain = {name: getattr(posting, name) for name in _PLAIN - {"headcount"}}
    return api.PostingOut(
        **plain,
        id=posting.public_id,
        drive=drive,
        employer=api.EmployerOut(id=row.employer.public_id, name=row.employer.name),
        state=posting.state,
        version=posting.version_id,
        seats=row.n_seats,
        pledged=pledge.count,
        pledged_until=pledge.until,
        requirement=dict(posting.requirement),
        certificates=list(posting.certificates),
        missing=list(posting.incomplete),
        findings=[api.Finding.model_validate(one) for one in posting.findings],
        not_ranked=list(row.not_ranked),
    )
