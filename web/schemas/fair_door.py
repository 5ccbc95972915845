"""Inputs of the organiser's page of the door."""

from pydantic import Field

from matcher.kinds.fair_doors import DoorConflictOutcome
from web.forms import Form
from web.i18n import msg


class DeviceForm(Form):
    """A scanner to be paired."""

    name: str = Field(
        title=msg("哪道门、哪台设备"),
        description=msg("放行的人和核对冲突的人都看这个名字，像“东门 1”。"),
        min_length=1,
        max_length=40,
    )


class SettleForm(Form):
    """What a conflict was."""

    outcome: DoorConflictOutcome = Field(title=msg("核对结果"))
