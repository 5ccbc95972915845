"""Inputs about halls and booths of a fair (展厅、展位)."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from matcher.fairs.booth_grid import GridWish
from matcher.fairs.floor import Cell
from matcher.kinds.booth_plans import PlanScope
from matcher.services.booths.halls import CELL_KINDS, MOST_CELLS, HallInput
from web.forms import Form
from web.i18n import msg

_Name = Annotated[str, StringConstraints(max_length=40)]
_Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,3}$")]
_Side = Annotated[int, Field(ge=1, le=MOST_CELLS)]


class HallForm(Form):
    """A hall and its size."""

    name: _Name = Field(title=msg("展厅名称"))
    n_columns: _Side = Field(
        title=msg("横向格数"), description=msg("一格是一个 3 米 × 3 米的标准展位")
    )
    n_rows: _Side = Field(title=msg("纵向格数"))
    version: int | None = None

    def facts(self) -> HallInput:
        """Return the input as the use case takes it."""
        return HallInput(name=self.name, n_columns=self.n_columns, n_rows=self.n_rows)


class FillForm(Form):
    """How a hall is filled with rows of booths."""

    most: int = Field(ge=1, le=1000, title=msg("最多多少个展位"))
    fill_prefix: _Prefix = Field(default="A", title=msg("编号字母"))
    aisle: int = Field(default=1, ge=1, le=5, title=msg("通道宽几格"))
    together: int = Field(
        default=0, ge=0, le=30, title=msg("每隔几个展位留一条横向通道"), description=msg("0 为不留")
    )
    back_to_back: bool = Field(default=False, title=msg("两排背靠背"))
    version: int | None = None

    def wish(self) -> GridWish:
        """Return the input as the pure part takes it."""
        return GridWish(
            most=self.most,
            aisle=self.aisle,
            together=self.together,
            back_to_back=self.back_to_back,
        )


class DrawForm(Form):
    """A rectangle of cells and what it becomes; columns and rows count from 1."""

    left: _Side = Field(title=msg("从第几列"))
    top: _Side = Field(title=msg("从第几行"))
    right: _Side | None = Field(default=None, title=msg("到第几列"))
    bottom: _Side | None = Field(default=None, title=msg("到第几行"))
    kind: str = Field(title=msg("画成"))
    draw_prefix: _Prefix = Field(default="A", title=msg("展位编号字母"))
    version: int | None = None

    @model_validator(mode="after")
    def _known_kind(self) -> "DrawForm":
        if self.kind not in CELL_KINDS:
            raise ValueError(self.kind)
        return self

    def cells(self) -> list[Cell]:
        """Return the cells of the rectangle, from 0, whichever corner was named first."""
        columns = sorted((self.left, self.right or self.left))
        rows = sorted((self.top, self.bottom or self.top))
        return [
            (column - 1, row - 1)
            for column in range(columns[0], columns[1] + 1)
            for row in range(rows[0], rows[1] + 1)
        ]


class PlaceForm(Form):
    """A booth for an employer; no employer empties it."""

    booth: str = Field(title=msg("展位"))
    employer: str | None = Field(default=None, title=msg("单位"))
    version: int | None = None


class MoveForm(Form):
    """From one booth to another."""

    booth: str = Field(title=msg("从哪个展位"))
    to: str = Field(title=msg("移到哪个展位"))
    version: int | None = None


class BoothForm(Form):
    """What a booth is called and whether it stays as it is."""

    label: Annotated[str, StringConstraints(max_length=12)] = Field(title=msg("展位编号"))
    is_fixed: bool = Field(
        default=False,
        title=msg("固定这个展位"),
        description=msg("重新计算时不动它；空着的固定展位一直留空"),
    )


class ComputeForm(Form):
    """Which booths are given anew."""

    scope: PlanScope = Field(default=PlanScope.WITHOUT_BOOTH, title=msg("安排谁"))
