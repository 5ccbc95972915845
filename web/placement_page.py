"""The page of one placement (去向) with all its forms; a form that was refused is shown with what was typed."""

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from matcher import clock
from matcher.kinds.labelled import Labelled
from matcher.kinds.placements import (
    DoubtReason,
    EvidenceKind,
    EvidenceMethod,
    EvidenceVerdict,
    PlacementEnd,
    PlacementState,
    RevocationReason,
)
from matcher.policy.internships import load_bans
from matcher.policy.placement_steps import may_follow
from matcher.services.entitlements.sight import sees_graduate
from matcher.services.permissions import Permission, may
from matcher.services.placements import business_effects, reading
from web.auth import current_actor
from web.forms import FormState, apart, blank_form
from web.i18n import label
from web.schemas.cohorts import EffectForm
from web.schemas.placements import (
    DoubtForm,
    EndForm,
    EvidenceForm,
    JudgeForm,
    RevokeForm,
    SendBackForm,
    SubmitForm,
    VerifyForm,
)
from web.session import reading_aside
from web.words import placements as words

_FORMS: dict[str, type[BaseModel]] = {
    "evidence": EvidenceForm,
    "submit": SubmitForm,
    "judge": JudgeForm,
    "verify": VerifyForm,
    "send_back": SendBackForm,
    "doubt": DoubtForm,
    "revoke": RevokeForm,
    "end": EndForm,
    "effect": EffectForm,
}


def _options(kind: type[Labelled]) -> list[tuple[str, str]]:
    return [(one.value, label(one)) for one in kind]


def _blank() -> dict[str, FormState]:
    found = {name: blank_form(model) for name, model in _FORMS.items()}
    found["judge"] = blank_form(JudgeForm, method=EvidenceMethod.ORIGINAL)
    found["verify"] = blank_form(VerifyForm, close_case=True)
    found["end"] = blank_form(EndForm, on=clock.today())
    found["effect"] = blank_form(EffectForm, seen_on=clock.today())
    return found


def placement_page(
    public_id: str,
    *,
    name: str = "",
    refused: FormState | None = None,
    warnings: Sequence[str] | None = None,
    number: tuple[str, str] = ("", ""),
    status: int = 200,
) -> ResponseReturnValue:
    """Show a placement.

    Parameters
    ----------
    name, refused : the form that was refused
    warnings : what a refused submission is warned of
    number : public number of a piece of evidence, and its number in full
    """
    actor = current_actor()
    with reading_aside() as database:
        whole = reading.read_placement(database, actor, public_id)
        row = whole.placement
        forms = apart(_blank() | ({name: refused} if refused is not None else {}))
        page = render_template(
            "placements/show.html",
            whole=whole,
            sees_person=sees_graduate(database, actor, row.graduate_id),
            row=row,
            forms=forms,
            words=words,
            number=number,
            steps={state.value: may_follow(row.state, state) for state in PlacementState},
            records=may(actor, Permission.RECORD_PLACEMENTS),
            checks=may(actor, Permission.CHECK_PLACEMENTS),
            warned=words.warned(whole.warnings if warnings is None else warnings),
            effects=business_effects.list_effects(database, actor, row),
            starts_up=business_effects.is_start_up(row),
            bans=[one for one in load_bans() if one.code == "four_4"],
            kinds=_options(EvidenceKind),
            verdicts=_options(EvidenceVerdict),
            methods=_options(EvidenceMethod),
            doubts=_options(DoubtReason),
            revocations=_options(RevocationReason),
            ends=_options(PlacementEnd),
        )
    return page, status
