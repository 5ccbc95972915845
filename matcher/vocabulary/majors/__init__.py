"""National catalogues of majors (专业目录): what exists, under which code, in which edition.

The search box stands in `searching` and is not imported here: its pinyin tables take a good half second
to load, and workers never search.
"""

from matcher.vocabulary.majors.catalogue import Catalogue, load_catalogue
from matcher.vocabulary.majors.references import MajorRef, name_key, strip_code

__all__ = ["Catalogue", "MajorRef", "load_catalogue", "name_key", "strip_code"]
