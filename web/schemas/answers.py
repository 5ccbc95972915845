"""Inputs of a person's answers (答复推荐、录用、面试), signed in or by a link."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matcher.kinds.referrals import DeclineReason, DisclosurePart
from web.forms import Form
from web.i18n import msg
from web.schemas.own_people import InviteForm, OfferForm, RefuseForm

_Words = Annotated[str, StringConstraints(max_length=500)]
_PublicId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class AgreeForm(Form):
    """Agreeing to be recommended, with what the employer gets to see."""

    parts: list[DisclosurePart] = Field(
        default=[],
        title=msg("给单位看什么"),
        description=msg("学历、专业和应聘的岗位一定会给；其他的由你选，以后可以请工作人员撤回"),
    )
    version: int | None = None


class DeclineForm(Form):
    """Not taking a post or an offer."""

    reason: DeclineReason = Field(
        title=msg("为什么"), description=msg("只用来以后少推荐不合适的，不影响你得到的服务")
    )
    words: _Words | None = Field(default=None, title=msg("想补充的话"))
    version: int | None = None


class AcceptForm(Form):
    """Taking an offer."""

    version: int | None = None


class ComingForm(Form):
    """Whether one comes to an interview."""

    coming: Literal["yes", "no"]
    words: _Words | None = Field(default=None, title=msg("想补充的话"))
    version: int | None = None


class ComingToOne(Form):
    """Whether one comes to one of the interviews of a day, by the referral's public number."""

    referral: _PublicId
    coming: Literal["yes", "no"]


class UnitInvite(InviteForm):
    """An employer's invitation by a link, for one of the people who wait."""

    person: _PublicId


class UnitOffer(OfferForm):
    """An employer's offer by a link."""

    person: _PublicId


class UnitRefusal(RefuseForm):
    """An employer's refusal by a link."""

    person: _PublicId


class HideForm(Form):
    """Which employer to hide from, by its public number."""

    employer: _PublicId


class ResumeForm(Form):
    """A PDF of one's own; the file itself is read beside."""

    file: str | None = Field(
        default=None,
        title=msg("自己的简历"),
        description=msg("一页 PDF，不超过 2 MB。不要写身份证号、家庭住址和家里的情况"),
    )
