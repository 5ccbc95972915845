"""Inputs of signing in and of one's own account."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matcher.kinds import Role
from web.forms import Form
from web.i18n import msg

_Code = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
_Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=200)]


class SignIn(Form):
    """Name and password."""

    login: str = Field(title=msg("登录名"), max_length=80)
    password: _Password = Field(title=msg("密码"))
    next: str | None = None


class SecondFactor(Form):
    """The six digits of the authenticator (动态口令)."""

    code: _Code = Field(
        title=msg("动态口令"), description=msg("打开手机上的验证器，填最新的 6 位数字")
    )


class PhoneNumber(Form):
    """A phone to send a code to."""

    phone: str = Field(
        title=msg("手机号"), description=msg("11 位，我们会发一条短信验证码"), max_length=20
    )


class PhoneCode(Form):
    """The code that came by message."""

    code: _Code = Field(title=msg("验证码"), description=msg("短信里的 6 位数字，10 分钟内有效"))


class NewPassword(Form):
    """A change of one's own password."""

    old_password: _Password = Field(title=msg("现在的密码"))
    new_password: _Password = Field(
        title=msg("新密码"), description=msg("至少 10 个字符，可以用几个词连起来")
    )


class Language(Form):
    """The language to read in."""

    language: Literal["zh", "en"] = Field(title=msg("语言"))
    next: str | None = None


class Switch(Form):
    """The role to use from now on."""

    membership: int = Field(title=msg("身份"))


class NewAccount(Form):
    """An account an administrator makes for a colleague."""

    login: str = Field(
        title=msg("登录名"),
        description=msg("字母、数字、点和横线，3 至 40 位，以后不能改"),
        pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]{2,39}$",
    )
    display_name: str = Field(title=msg("姓名"), max_length=40)
    role: Role = Field(title=msg("角色"))
    union_id: int = Field(title=msg("所在工会"))
