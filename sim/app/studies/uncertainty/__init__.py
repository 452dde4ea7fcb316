"""`mskflow uncertainty` and `mskflow sensitivity`: what we do not know, what it does to the answer,
and which of it matters."""
