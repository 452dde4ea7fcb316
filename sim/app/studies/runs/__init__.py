"""`mskflow runs`: what is finished under a folder of results, how two runs differ, what may go,
and whether every bit is right."""
