"""Zero-employment households (零就业家庭): the derived state, the way from clue to stable, the board."""
