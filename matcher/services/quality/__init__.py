"""How good a drive's lists are (排序质量): measures, proposals of points, comparisons of rules, the spread of attention."""
