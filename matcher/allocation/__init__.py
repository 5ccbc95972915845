"""Who gets what when there is not enough for everybody: pure functions of plain values (分配)."""
