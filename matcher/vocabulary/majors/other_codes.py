"""Codes that mean the same discipline in two gates (可授两种学位的一级学科)."""

from collections.abc import Mapping

# Other codes under which the same discipline is or was awarded (学位授予和人才培养学科目录 2011,
# 2018, 2022): a discipline that may be awarded in two gates carries a code in each.
ALIAS_CODES: Mapping[str, str] = {
    "0270": "0714",
    "0257": "1257",
    "0871": "1201",
    "1010": "1058",
    "0834": "0862",
    "1305": "1403",
    "0771": "0402",
    "0772": "0801",
    "0773": "0805",
    "0774": "0809",
    "0775": "0812",
    "0776": "0830",
    "0777": "0831",
    "0778": "1001",
    "0779": "1004",
    "0780": "1007",
    "0781": "1008",
    "0784": "0401",
    "0785": "0712",
    "0786": "0705",
    "0787": "0830",
    "0788": "1001",
    "0870": "0712",
    "0872": "1403",
}
