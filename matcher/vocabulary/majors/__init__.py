"""National catalogues of majors (专业目录): what exists, under which code, in which edition."""

from matcher.vocabulary.majors.catalogue import Catalogue, load_catalogue
from matcher.vocabulary.majors.references import MajorRef, name_key, strip_code
from matcher.vocabulary.majors.searching import Hit, search

__all__ = ["Catalogue", "Hit", "MajorRef", "load_catalogue", "name_key", "search", "strip_code"]
