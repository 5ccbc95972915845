"""Inputs of a scanner that comes back to the network: what it gives up, and what it did meanwhile."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from matcher.kinds.fairs import EntryKind, EntryRefusal
from matcher.services.doors.brought import PASSES, Brought
from web.schemas.doors import ScanNumber

_MOST = 1000
"""Scans in one request; a scanner with more sends several, all of one ticket together."""

_LATEST_MS = 253_402_300_799_000
"""The year 9999: more is no time."""

PublicIdText = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9]+$")]


class _Sent(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, extra="ignore")


class ListForm(_Sent):
    """A scanner asks for the list of today; `closed` are loans it uses no more."""

    closed: list[PublicIdText] = Field(default_factory=list, max_length=50)


class BroughtForm(_Sent):
    """One scan made without network."""

    number: ScanNumber
    code: str = Field(min_length=1, max_length=200)
    session: PublicIdText | None = None
    kind: EntryKind
    refusal: EntryRefusal | None = None
    at: int = Field(ge=0, le=_LATEST_MS)
    """Milliseconds since 1970 by the scanner's clock, put right by the server's."""

    @model_validator(mode="after")
    def _possible(self) -> "BroughtForm":
        if self.kind is EntryKind.CONFLICT or (self.kind in PASSES) is not (self.refusal is None):
            raise ValueError("a refused scan has a reason, and no other has")
        return self

    def brought(self) -> Brought:
        """Return the scan as the use case takes it."""
        at = dt.datetime.fromtimestamp(self.at / 1000, dt.UTC)
        return Brought(self.number, self.code, self.session or "", self.kind, self.refusal, at)


class SyncForm(_Sent):
    """What a scanner did without network, in the order it was done."""

    scans: list[BroughtForm] = Field(min_length=1, max_length=_MOST)
