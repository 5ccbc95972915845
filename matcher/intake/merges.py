"""Vertically merged cells: one value that stands for several rows.

A value is carried down only where the file declares the merge; an empty cell below a value is
just empty. Blocks that span more than one column are titles and notes and are left alone.
"""

from matcher.intake.grids import Grid, MergedBlock, Row


def carry_down_merges(grid: Grid) -> Grid:
    """Return the grid with every one-column block filled down and marked in `Row.filled`."""
    blocks = [b for b in grid.merges if b.left == b.right and b.bottom > b.top]
    if not blocks:
        return grid
    carried: dict[int, dict[int, MergedBlock]] = {}
    for block in blocks:
        for number in range(block.top + 1, min(block.bottom, len(grid.rows)) + 1):
            carried.setdefault(number, {})[block.left] = block
    rows = [
        _filled(grid, row, carried[row.number]) if row.number in carried else row
        for row in grid.rows
    ]
    return Grid(grid.sheet, rows, grid.width, grid.merges, grid.given_head, grid.notes)


def _filled(grid: Grid, row: Row, blocks: dict[int, MergedBlock]) -> Row:
    values = list(row.values)
    filled = set(row.filled)
    for column, block in blocks.items():
        top = grid.rows[block.top - 1].values
        if column < len(values) and column < len(top) and values[column] is None:
            values[column] = top[column]
            if top[column] is not None:
                filled.add(column)
    return Row(row.number, tuple(values), frozenset(filled))
