"""A graduate's consents (同意) and the copy of the own data: each purpose by itself, withdrawn at once.

Purposes that name one employer are asked when somebody is recommended to it, not here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.kinds import ConsentPurpose
from matcher.models.consents import Consent, ConsentText
from matcher.services.consent_acts import give_consent, list_consents, withdraw_consent
from matcher.services.own_data import own_data
from matcher.services.own_matches import change_to_follow
from matcher.services.permissions import Permission
from matcher.services.registrations import texts_in_force
from web.auth import current_actor
from web.forms import FormErrors, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.own_profile import ConsentTick
from web.session import request_session
from web.words.own_copy import copy_sections

bp = Blueprint("own_consents", __name__, url_prefix="/me/consents")

MENU = (
    NavItem(
        "own_consents.index",
        msg("我的同意"),
        Permission.EDIT_OWN_PROFILE,
        "own",
        hint=msg("看同意了什么，随时撤回，下载自己的资料"),
        icon="log",
    ),
)

_OWN = Permission.EDIT_OWN_PROFILE

EFFECTS = {
    ConsentPurpose.SERVICE: msg(
        "不再为你推荐岗位，其他同意也一并撤回。你的资料只留着备查，想删除请联系工作人员。"
    ),
    ConsentPurpose.RANKING: msg(
        "你的岗位列表马上收起，你也不再出现在任何岗位的名单里。工作人员仍可以人工推荐。"
    ),
    ConsentPurpose.DISCLOSURE: msg(
        "以后不再把你的资料给任何单位。已经给了的，可以请工作人员联系单位删除。"
    ),
    ConsentPurpose.COOPERATION: msg("对方工会马上看不到你的资料，已经办过的事不受影响。"),
    ConsentPurpose.PAIRING: msg("结对马上结束，对方不再能看到你的姓名和电话。"),
}
"""What a withdrawal does, by purpose; the purposes of this page, in order."""

_WHEN_ASKED = (ConsentPurpose.COOPERATION, ConsentPurpose.PAIRING)
"""Shown once somebody was asked for it; most never are."""


@dataclass(frozen=True)
class ShownConsent:
    """One purpose with the wording in force and how it stands.

    Parameters
    ----------
    live : the consent in force
    ended : the last withdrawal or refusal, if nothing is in force
    is_old : the consent in force is to an older wording
    """

    purpose: ConsentPurpose
    name: str
    text: ConsentText
    live: Consent | None
    ended: Consent | None
    effect: str

    @property
    def is_old(self) -> bool:
        """Whether the wording has changed since."""
        return self.live is not None and self.live.text_id != self.text.id


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """Show each purpose with its wording and how it stands; who has no record yet registers first."""
    actor = current_actor()
    if actor.graduate_id is None:
        return see_other(url_for("registration.form"))
    session = request_session()
    held = list_consents(session, actor, actor.graduate_id)
    texts = texts_in_force(session, EFFECTS)
    said = {one.purpose for one in held}
    asked = [one for one in EFFECTS if one in said or one not in _WHEN_ASKED]
    shown = [_shown(purpose, texts[purpose], held) for purpose in asked if purpose in texts]
    return render_template("own_profile/consents.html", shown=shown)


def _shown(purpose: ConsentPurpose, text: ConsentText, held: Sequence[Consent]) -> ShownConsent:
    own = [one for one in held if one.purpose is purpose and one.employer_id is None]
    live = next((one for one in own if one.withdrawn_at is None), None)
    ended = next((one for one in own if one.withdrawn_through is not None), None)
    return ShownConsent(
        purpose,
        label(purpose),
        text,
        live,
        None if live else ended,
        gettext(EFFECTS[purpose]),
    )


def _asked(purpose: str) -> ConsentPurpose:
    found = next((one for one in EFFECTS if one.value == purpose), None)
    if found is None:
        abort(404)
    return found


@bp.post("/<purpose>/give")
@needs(_OWN)
def give(purpose: str) -> ResponseReturnValue:
    """Agree to the wording that was shown."""
    wish, actor = read_form(ConsentTick), current_actor()
    if isinstance(wish, FormErrors) or wish.text_id is None:
        abort(400)
    chosen, session = _asked(purpose), request_session()
    give_consent(session, actor, actor.graduate_id or 0, chosen, text_id=wish.text_id)
    toast(gettext("已记下你的同意"))
    if chosen is ConsentPurpose.RANKING:
        return see_other(url_for("own_matches.index", after=change_to_follow(session, actor)))
    return see_other(url_for("own_consents.index"))


@bp.post("/<purpose>/withdraw")
@needs(_OWN)
def withdraw(purpose: str) -> ResponseReturnValue:
    """Withdraw at once; a second time changes nothing."""
    actor = current_actor()
    withdraw_consent(request_session(), actor, actor.graduate_id or 0, _asked(purpose))
    toast(gettext("已撤回，马上生效"))
    return see_other(url_for("own_consents.index"))


@bp.post("/data")
@needs(_OWN)
@rate_limited("10/minute")
def data() -> ResponseReturnValue:
    """Give a copy of everything held, to read or as a file for programs; the copy itself is noted."""
    copy = own_data(request_session(), current_actor())
    if request.form.get("form") != "json":
        return render_template("own_profile/data.html", sections=copy_sections(copy))
    return Response(
        json.dumps(copy, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": "attachment; filename*=UTF-8''"
            "%E6%88%91%E7%9A%84%E8%B5%84%E6%96%99.json"  # 我的资料.json
        },
    )
