"""Graduates by program (毕业生接口): for a drive manager's token alone; numbers go in and never come out."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.identity import mask_name
from matcher.kinds import UnitKind
from matcher.models.graduates import Graduate
from matcher.services.drive_entries import enter_graduates
from matcher.services.graduate_lists import GraduateRow, list_graduates
from matcher.services.graduates import (
    GraduateInput,
    MajorInput,
    register_graduate,
    set_majors,
    update_profile,
)
from matcher.services.intents import IntentInput, set_intent
from matcher.services.permissions import Permission
from matcher.services.public_ids import drive_id_of
from matcher.services.registrations import get_registration
from web.api.documented import documented
from web.api.postings import answer
from web.api.reading import checked_id, next_address, read_body, read_query
from web.auth import current_actor
from web.choices import read_certificates
from web.marks import needs, rate_limited
from web.schemas import api
from web.session import reading_aside, request_session

bp = Blueprint("api_graduates", __name__, url_prefix="/api/v1/graduates")

_EDIT = Permission.EDIT_GRADUATES


@bp.get("")
@needs(_EDIT)
@rate_limited("300/minute")
@documented(api.GraduatePage, query=api.GraduateQuery, refusals=(404,))
def index() -> ResponseReturnValue:
    """List graduates by name, masked."""
    query, session, actor = read_query(api.GraduateQuery), request_session(), current_actor()
    found = list_graduates(
        session,
        actor,
        name=query.name,
        education=query.education,
        region=query.region,
        drive_id=drive_id_of(session, actor, query.drive) if query.drive else None,
        is_confirmed=query.is_confirmed,
        limit=query.limit,
        offset=query.offset,
    )
    return answer(
        api.GraduatePage(
            items=[_row(row) for row in found.rows],
            total=found.total,
            limit=query.limit,
            offset=query.offset,
            next=next_address("api_graduates.index", query, total=found.total),
        )
    )


def _row(row: GraduateRow) -> api.GraduateRowOut:
    return api.GraduateRowOut(
        id=row.public_id,
        name=row.name_masked,
        phone=row.phone_masked,
        id_number=row.id_number_masked,
        education=row.education,
        majors=list(row.majors),
        school=row.school,
        origin_region=row.origin_region,
        is_confirmed=row.is_confirmed,
    )


@bp.get("/<public_id>")
@needs(_EDIT)
@rate_limited("300/minute")
@documented(api.GraduateOut)
def show(public_id: str) -> ResponseReturnValue:
    """Give one graduate's record, masked."""
    return answer(_one(public_id))


def _one(public_id: str) -> api.GraduateOut:
    session = request_session()
    session.flush()
    session.expire_all()
    return _out(get_registration(session, current_actor(), checked_id(public_id)))


def _out(graduate: Graduate) -> api.GraduateOut:
    intent = graduate.intent
    return api.GraduateOut(
        id=graduate.public_id,
        version=graduate.version_id,
        name=mask_name(graduate.name),
        phone=graduate.phone_masked,
        id_number=graduate.id_number_masked,
        education=graduate.education,
        majors=[
            api.MajorOut(name=major.name, code=major.code, level=major.level.value)
            for major in graduate.majors
        ],
        school=graduate.school,
        graduates_on=graduate.graduates_on,
        origin_region=graduate.origin_region,
        certificates=list(graduate.certificates),
        about=graduate.about,
        intent=api.IntentFields.model_construct(
            places=intent.places,
            occupations=intent.occupations,
            industries=intent.industries,
            unit_kinds=[UnitKind(kind) for kind in intent.unit_kinds],
            wanted_pay_yuan=intent.wanted_pay_yuan,
            mobility=intent.mobility,
            text=intent.text,
        )
        if intent is not None
        else None,
        entered_through=graduate.entered_through.value,
        is_confirmed=graduate.is_confirmed,
    )


@bp.post("")
@needs(_EDIT)
@rate_limited("120/minute")
@documented(api.GraduateOut, status=201, body=api.NewGraduate, refusals=(404, 409))
def create() -> ResponseReturnValue:
    """Enter a graduate on behalf, in a drive if one is named."""
    wish, actor = read_body(api.NewGraduate), current_actor()
    facts = _facts(wish)
    drive_id = None
    if wish.drive:
        with reading_aside() as aside:
            drive_id = drive_id_of(aside, actor, wish.drive)
    session = request_session()
    made = register_graduate(session, actor, facts, _majors(wish), union_id=actor.union_id or 0)
    set_intent(session, actor, made.id, _wishes(wish))
    if drive_id is not None:
        enter_graduates(session, actor, drive_id, [made.id])
    return answer(_one(made.public_id), 201)


@bp.put("/<public_id>")
@needs(_EDIT)
@rate_limited("120/minute")
@documented(api.GraduateOut, body=api.GraduateChange, refusals=(409,))
def update(public_id: str) -> ResponseReturnValue:
    """Change a graduate's record on behalf; numbers left out stay."""
    wish, actor = read_body(api.GraduateChange), current_actor()
    facts, session = _facts(wish), request_session()
    graduate = get_registration(session, actor, checked_id(public_id))
    update_profile(session, actor, graduate.id, facts, expected_version=wish.version)
    set_majors(session, actor, graduate.id, _majors(wish))
    set_intent(session, actor, graduate.id, _wishes(wish))
    return answer(_one(public_id))


def _facts(wish: api.GraduateFields) -> GraduateInput:
    codes, unknown = read_certificates(wish.certificates)
    if unknown:
        raise InvalidInputError(
            "certificates", "有不认识的证书。", fields={"certificates": unknown}
        )
    plain = wish.model_dump(exclude={"majors", "certificates", "intent", "drive", "version"})
    return GraduateInput(**plain, certificates=codes)


def _majors(wish: api.GraduateFields) -> list[MajorInput]:
    return [MajorInput(name=major.name, code=major.code) for major in wish.majors]


def _wishes(wish: api.GraduateFields) -> IntentInput:
    said = wish.intent
    return IntentInput(
        places=tuple(said.places),
        occupations=tuple(said.occupations),
        industries=tuple(said.industries),
        unit_kinds=tuple(said.unit_kinds),
        wanted_pay_yuan=said.wanted_pay_yuan,
        mobility=said.mobility,
        text=said.text,
    )
