"""Rules from regulations as dated data with their sources (政策规则); pure, no table, no clock."""
