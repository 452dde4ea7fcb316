"""`mskflow workbook`: a scenario as a workbook, and a workbook as a scenario."""
