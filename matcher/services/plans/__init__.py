"""Plans (安置方案): the market of a drive, solved by both rules, chosen and published by a person."""
