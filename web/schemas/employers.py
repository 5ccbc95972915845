"""Inputs about employers (单位), their checks and their agents' accounts."""

from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds import UnitKind
from web.forms import Form
from web.i18n import msg

_Reason = Annotated[str, StringConstraints(max_length=400)]


class EmployerForm(Form):
    """What stands about an employer."""

    name: str = Field(title=msg("单位名称"), description=msg("与营业执照一致"), max_length=120)
    credit_code: str | None = Field(
        default=None, title=msg("统一社会信用代码"), description=msg("18 位"), max_length=30
    )
    credit_code_override: _Reason | None = Field(
        default=None,
        title=msg("代码校验不符仍要登记的理由"),
        description=msg("代码核对过原件确实如此时才填，例如：老代码，执照复印件已看"),
    )
    unit_kind: UnitKind | None = Field(default=None, title=msg("单位性质"))
    address: str | None = Field(default=None, title=msg("地址"), max_length=200)
    about: str | None = Field(default=None, title=msg("单位简介"), max_length=2000)
    contact_name: str | None = Field(default=None, title=msg("联系人"), max_length=40)
    contact_phone: str | None = Field(default=None, title=msg("联系电话"), max_length=30)
    is_labour_dispatch: bool = Field(
        default=False,
        title=msg("劳务派遣单位"),
        description=msg("会写在它的每个岗位上，求职者看得到"),
    )


class EmployerCheckForm(Form):
    """One check of an employer's papers."""

    licence_ok: bool = Field(default=False, title=msg("营业执照看过，与名称和代码一致"))
    authorisation_ok: bool = Field(default=False, title=msg("经办人的委托证明看过，与本人一致"))
    reason: _Reason | None = Field(
        default=None,
        title=msg("说明"),
        description=msg("有一项没勾就是不通过，必须写明原因"),
    )


class Suspension(Form):
    """Why an employer is suspended."""

    reason: _Reason = Field(title=msg("停用原因"))


class BatchCheck(Form):
    """The ground on which many employers are verified at once."""

    drive: int
    reason: _Reason = Field(
        title=msg("核验依据"), description=msg("例如：省考公告所附职位表，单位由主管部门发布")
    )


class AgentAccount(Form):
    """An account for an employer's agent."""

    login: str = Field(
        title=msg("登录名"),
        description=msg("字母、数字、点和横线，3 至 40 位，以后不能改"),
        pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]{2,39}$",
    )
    display_name: str = Field(title=msg("经办人姓名"), max_length=40)
