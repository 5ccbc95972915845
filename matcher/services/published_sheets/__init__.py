"""Published versions of sheets (公布版): what everybody may read, with small counts withheld for good."""
