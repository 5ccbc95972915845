"""A synthetic county's roster of households (模拟困难职工名册), as messy as real ones, with its truth beside it."""
