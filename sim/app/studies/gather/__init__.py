"""`mskflow gather`: results folders of many points as one tidy table,
with the picture of one indicator over what was varied."""
