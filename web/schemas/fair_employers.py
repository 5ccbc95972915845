"""Inputs about employers at a fair (参会单位): what is offered, applications, papers, verdicts."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matcher.kinds.fair_papers import FairPaperKind, FairPrintKind
from web.forms import Form
from web.i18n import msg

_Reason = Annotated[str, StringConstraints(max_length=400)]


class CallForm(Form):
    """What a fair offers to employers."""

    n_booths: int | None = Field(
        default=None,
        ge=1,
        le=2000,
        title=msg("展位总数"),
        description=msg("报满后的单位自动候补；不填就按展位图上的展位数"),
    )
    apply_until: dt.date | None = Field(default=None, title=msg("报名截止"))
    papers_until: dt.date | None = Field(
        default=None, title=msg("交材料截止"), description=msg("到期前自动提醒还没有交齐的单位")
    )
    words: _Reason | None = Field(
        default=None,
        title=msg("给单位的说明"),
        description=msg("例如：展位免费，8:00 前到场布置，提供桌椅和电源"),
    )
    version: int | None = None


class ApplicationForm(Form):
    """What an employer asks for."""

    n_booths: int = Field(ge=1, le=20, title=msg("展位数"))
    n_staff: int | None = Field(default=None, ge=1, le=200, title=msg("到场几人"))
    n_interviewers: int = Field(
        ge=1,
        le=50,
        title=msg("同时能面谈几位求职者"),
        description=msg("用来估计排队时间，安排展位"),
    )
    version: int | None = None


class LeaveForm(Form):
    """Why an employer does not come."""

    reason: _Reason | None = Field(default=None, title=msg("原因"))
    version: int | None = None


class PaperForm(Form):
    """One paper that is handed in; the file comes beside."""

    kind: FairPaperKind
    name: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        default=None, title=msg("经办人姓名")
    )
    number: Annotated[str, StringConstraints(max_length=20)] | None = Field(
        default=None,
        title=msg("经办人身份证号"),
        description=msg("加密保存，只用于核对身份，招聘会结束 30 日后清除"),
    )
    valid_until: dt.date | None = Field(default=None, title=msg("有效期至"))
    is_from_posts: bool = Field(default=False, title=msg("用已选的参会岗位做招聘简章，不另传文件"))
    content: str | None = Field(
        default=None, title=msg("扫描件或照片"), description=msg("PDF、JPG、PNG，不超过 10 MB")
    )
    version: int | None = None


class FilePaperForm(PaperForm):
    """A paper that is a file, as its fields are shown."""

    content: str = Field(title=msg("扫描件或照片"), description=msg("PDF、JPG、PNG，不超过 10 MB"))


class AgentForm(PaperForm):
    """Who acts for the employer, as its fields are shown: name and number needed, a picture if there is one."""

    name: str = Field(title=msg("经办人姓名"))
    number: str = Field(
        title=msg("经办人身份证号"),
        description=msg("加密保存，只用于核对身份，招聘会结束 30 日后清除"),
    )


def shown_paper(kind: FairPaperKind) -> type[PaperForm]:
    """Return how the fields of a paper are shown: which must be filled in."""
    if kind is FairPaperKind.AGENT:
        return AgentForm
    return PaperForm if kind is FairPaperKind.BROCHURE else FilePaperForm


class ReturnForm(Form):
    """Why a paper is returned."""

    reason: _Reason = Field(
        title=msg("退回原因"), description=msg("写清哪里不对、怎么改，单位会看到")
    )
    version: int | None = None


class RefusalForm(Form):
    """Why an employer is refused."""

    reason: _Reason = Field(title=msg("不予通过的原因"), description=msg("单位会看到"))
    version: int | None = None


class PrintForm(Form):
    """What is to be printed of the posts; the report's workbook is asked for beside the report."""

    kind: Literal[
        FairPrintKind.BOOKLET,
        FairPrintKind.BOOKLET_WORD,
        FairPrintKind.POSTERS,
        FairPrintKind.CARDS,
        FairPrintKind.POSTS,
    ] = Field(title=msg("印什么"))
