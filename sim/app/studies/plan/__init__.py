"""`mskflow plan`: the cheapest staffing that meets targets, and what each level of spending buys."""
