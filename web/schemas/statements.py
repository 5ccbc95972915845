"""Inputs about statements to an employer after hiring (补贴申领说明)."""

from pydantic import Field

from matcher.kinds.employer_side import StatedStatus, SubsidyClaim
from web.forms import Form
from web.i18n import msg


class ClaimForm(Form):
    """The person's consent on paper to one claim."""

    claim: SubsidyClaim = Field(title=msg("单位申领什么"))
    title: str | None = Field(
        default=None,
        title=msg("补贴的名称"),
        description=msg("按当地文件写，前两项可以不填"),
        max_length=80,
    )
    text_id: int = Field(title=msg("同意书"))
    on_paper: bool = Field(
        title=msg("本人已在同意书上签字，写明了这家单位和这一项补贴，原件在本会")
    )


class StatementForm(Form):
    """What is stated, and nothing else."""

    says: StatedStatus = Field(title=msg("说明什么"))
