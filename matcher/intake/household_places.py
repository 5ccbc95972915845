"""Where a household lives (住址、户籍、县区、乡镇): one address and, if it is sure, one region of today."""

import re
from dataclasses import dataclass

from matcher.intake.layout import RowReader
from matcher.intake.problems import Flaw
from matcher.vocabulary.regions import RegionMatch, load_regions

_CODE = re.compile(r"\d{6}(\d{6})?")


@dataclass(frozen=True, slots=True)
class Home:
    """An address as written and the code of the one region it surely names."""

    address: str | None
    code: str | None


def read_home(reader: RowReader) -> Home:
    """Read the columns of a place, the finest first; a name of several places or of none is said."""
    county, township = reader.text("district"), reader.text("township")
    address = reader.text("home_address")
    hukou, region = reader.text("hukou_place"), reader.layout.options.region
    written = _joined(county, township, address)
    for concept, text in (("home_address", written), ("hukou_place", hukou)):
        match = load_regions().find(text, within=region) if text else None
        if match is None:
            continue
        if match.ambiguous:
            reader.warn("place_ambiguous", _several(match), "请写明省、市、县", concept)
        else:
            _note_change(reader, concept, match)
        return Home(written, match.code)
    if written and region is not None:
        reason = "住址没有写明县区，按工会所在地读取"
        reader.note(Flaw("info", "place_unread", reason, "如在别处请写明"), "home_address")
    elif written:
        reason = "读不出属于哪个县区，地址已保留"
        reader.warn("place_unread", reason, "请写明省、市、县", "home_address")
    return Home(written, region if written else None)


def _joined(*parts: str | None) -> str | None:
    """Put county, township and address together, each once."""
    kept: list[str] = []
    said = [part for part in parts if part]
    for index, part in enumerate(said):
        if not any(part in other for other in (*kept, *said[index + 1 :])):
            kept.append(part)
    return "".join(kept) or None


def _several(match: RegionMatch) -> str:
    names = "、".join(load_regions().name_of(code) for code in match.candidates[:3])
    return f"“{match.words}”现在可能是{names}等，未定到县区"


def _note_change(reader: RowReader, concept: str, match: RegionMatch) -> None:
    """Say that a name is of former days (撤县设区、更名) and what it is today."""
    region = load_regions().get(match.code or "")
    if region is None or _CODE.fullmatch(match.words):
        return
    if not any(match.words.endswith(name) for name in (region.name, *region.short_names)):
        reason = f"“{match.words}”按今天的“{region.name}”读取"
        reader.note(Flaw("info", "place_renamed", reason, "无需处理"), concept)
