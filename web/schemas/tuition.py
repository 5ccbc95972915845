"""Inputs about tuition aid (金秋助学): applications and the cities' standards."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from matcher.kinds.tuition import AdmissionBatch, TuitionStage
from web.forms import Form
from web.i18n import msg

_Yuan = Annotated[Decimal | None, Field(gt=0, le=100_000, decimal_places=2)]


class TuitionForm(Form):
    """An application beside the schooling of the file."""

    year: int = Field(title=msg("学年"), description=msg("秋季开学的那一年"), ge=1990, le=2100)
    stage: TuitionStage = Field(title=msg("新生或在校"))
    batch: AdmissionBatch | None = Field(
        default=None,
        title=msg("录取批次"),
        description=msg("只用于金秋助学的标准，不影响就业帮扶"),
    )
    term_starts_on: dt.date = Field(title=msg("开学日期"), description=msg("在这天以前发放"))
    need: Annotated[str, StringConstraints(max_length=600)] | None = Field(
        default=None, title=msg("家庭困难情况"), description=msg("印在审批表上；加密保存")
    )
    version: int | None = None


class StandardForm(Form):
    """A city's standard; an empty amount is not regulated."""

    from_year: int = Field(title=msg("从哪个学年起"), ge=1990, le=2100)
    home_region: str = Field(
        title=msg("区内的范围"),
        description=msg("行政区划代码，例如 640000 是宁夏全区"),
        pattern=r"^\d{2,6}$",
    )
    batches: list[AdmissionBatch] = Field(default_factory=list, title=msg("资助的录取批次"))
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        title=msg("依据"), description=msg("例如某通知的文号")
    )
    new_inside_bachelor: _Yuan = Field(default=None, title=msg("新入学，区内，本科（元）"))
    new_outside_bachelor: _Yuan = Field(default=None, title=msg("新入学，区外，本科（元）"))
    continuing_inside_bachelor: _Yuan = Field(default=None, title=msg("在校生，区内，本科（元）"))
    continuing_outside_bachelor: _Yuan = Field(default=None, title=msg("在校生，区外，本科（元）"))
    new_inside_college: _Yuan = Field(default=None, title=msg("新入学，区内，专科（元）"))
    new_outside_college: _Yuan = Field(default=None, title=msg("新入学，区外，专科（元）"))
    continuing_inside_college: _Yuan = Field(default=None, title=msg("在校生，区内，专科（元）"))
    continuing_outside_college: _Yuan = Field(default=None, title=msg("在校生，区外，专科（元）"))
    new_inside_graduate: _Yuan = Field(default=None, title=msg("新入学，区内，研究生（元）"))
    new_outside_graduate: _Yuan = Field(default=None, title=msg("新入学，区外，研究生（元）"))
    continuing_inside_graduate: _Yuan = Field(default=None, title=msg("在校生，区内，研究生（元）"))
    continuing_outside_graduate: _Yuan = Field(
        default=None, title=msg("在校生，区外，研究生（元）")
    )
