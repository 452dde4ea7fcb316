"""`mskflow fit` and `mskflow forecast`: rates from the published months of a place, and its lists months ahead."""
