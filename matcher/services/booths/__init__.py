"""Booths of a fair (展位): the halls they stand in, who has which, the computed plan, changes and taking them back."""
