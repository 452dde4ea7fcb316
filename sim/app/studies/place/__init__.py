"""`mskflow place`: a place of one's own from files that others publish or export."""
