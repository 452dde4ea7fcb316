"""`mskflow run -m`: many scenario points as one list of replications, whatever launches them."""
