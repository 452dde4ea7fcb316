"""Files as others publish or export them, read into lists, residents and staff: nothing here writes or simulates."""
