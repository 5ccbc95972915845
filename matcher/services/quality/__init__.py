"""How good a drive's lists are (排序质量): measures, proposals, comparisons, spread of attention."""
