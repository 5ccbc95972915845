"""What the page of one household's way shows: facts, claim, clocks, and the forms of the acts allowed now."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.identity import mask_name
from matcher.kinds.households import Sex
from matcher.kinds.zero_employment import (
    RecognitionBasis,
    RecognitionBody,
    SideExitReason,
    StatementForm,
    StatutoryRefusalReason,
)
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services import clocks
from matcher.services.permissions import Permission, may
from matcher.services.zero_employment import ways
from matcher.services.zero_employment.refusals import CHECK_POINTS
from web.auth import current_actor
from web.forms import FormErrors, FormState, apart, blank_form
from web.i18n import label
from web.schemas.families import (
    CheckForm,
    ClueForm,
    DecisionForm,
    MoveDueForm,
    OriginalAgeForm,
    RefusalForm,
    SideExitForm,
    StepForm,
)
from web.session import reading_aside
from web.words import families as words


def show_page(public_id: str, wrong: FormErrors | None = None) -> ResponseReturnValue:
    """Show the page; a form that was refused stands in the place of its blank one."""
    actor = current_actor()
    with reading_aside() as session:
        way = ways.read_way(session, actor, public_id)
        page = render_template(
            "families/show.html",
            way=way,
            names={one: mask_name(member.name) for one, member in way.members.items()},
            women=_women(way),
            forms=_forms(way, wrong),
            colleagues=ways.colleagues_of(session, actor, way.household),
            steps=_steps(way.claim),
            words=words,
            limit_of=clocks.limit_of,
            day_of=lambda instant: clock.in_china(instant).date(),
            options=_options(way),
            today=clock.today(),
            me=actor.account_id,
            may_edit=may(actor, Permission.EDIT_FILES),
            may_serve=may(actor, Permission.EDIT_CASES),
            may_supervise=may(actor, Permission.SUPERVISE_CASES),
            may_decide=may(actor, Permission.APPROVE_FILES),
        )
    return page, 422 if wrong else 200


def _women(way: ways.Way) -> list[tuple[int, str]]:
    return [(one.id, mask_name(one.name)) for one in way.members.values() if one.sex is Sex.FEMALE]


def _steps(claim: ZeroEmploymentClaim | None) -> tuple[str, ...]:
    return words.NEXT_STEPS.get(claim.state, ()) if claim else ()


def _forms(way: ways.Way, wrong: FormErrors | None) -> dict[str, FormState]:
    """Return the page's forms by name, blank but for the one that was refused."""
    today = clock.today()
    own = way.claim is not None and way.claim.basis is RecognitionBasis.UNION_OWN
    body = RecognitionBody.UNION if own else RecognitionBody.STREET
    forms = {
        "clue": blank_form(ClueForm),
        "step": blank_form(StepForm, happened_on=today),
        "decision": blank_form(DecisionForm, answer="yes", body=body.value, decided_on=today),
        "refusal": blank_form(RefusalForm, referred_on=today, refused_on=today),
        "check": blank_form(CheckForm),
        "exit": blank_form(SideExitForm, stated_on=today),
        "due": blank_form(MoveDueForm),
        "age": blank_form(OriginalAgeForm),
    }
    if wrong is not None:
        name = next(name for name, form in forms.items() if form.model is wrong.model)
        forms[name] = wrong
    return apart(forms)


def _options(way: ways.Way) -> dict[str, list[tuple[Any, str]]]:
    members = [(one.id, mask_name(one.name)) for one in way.members.values()]
    return {
        "members": members,
        "bodies": [(one.value, label(one)) for one in RecognitionBody],
        "reasons": [(one.value, label(one)) for one in StatutoryRefusalReason],
        "exit_reasons": [(one.value, label(one)) for one in SideExitReason],
        "forms": [(one.value, label(one)) for one in StatementForm],
        "points": [(one, words.words_of(words.POINTS, one)) for one in CHECK_POINTS],
    }
