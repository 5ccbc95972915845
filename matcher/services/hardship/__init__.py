"""The hardship file (困难职工档案): what it holds, who sees it, its tier, its life."""
