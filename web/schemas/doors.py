"""Inputs of the door: a scan, a person who walks in."""

from typing import Annotated, Literal

from pydantic import Field

from matcher.kinds import EducationLevel
from matcher.kinds.fairs import DoorDirection
from web.forms import Form
from web.i18n import msg

ScanNumber = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
"""Made by the scanner for one scan; sent again it is the same scan."""


class ScanForm(Form):
    """A ticket held to a scanner, or typed."""

    code: str = Field(title=msg("票码"), min_length=1, max_length=200)
    scan_number: ScanNumber
    direction: DoorDirection = DoorDirection.IN


class WalkInForm(Form):
    """Somebody without a ticket, written down at the door in half a minute."""

    scan_number: ScanNumber
    name: str = Field(title=msg("姓名"), min_length=1, max_length=40)
    phone: str | None = Field(default=None, title=msg("手机号"), max_length=20)
    school: str | None = Field(default=None, title=msg("学校"), max_length=60)
    major: str | None = Field(default=None, title=msg("专业"), max_length=60)
    education: EducationLevel | None = Field(default=None, title=msg("学历"))
    consent: Literal["yes"] = Field(title=msg("本人已看过说明并同意登记"))
