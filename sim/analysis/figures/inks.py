"""Colours that colour-blind people and grey printers keep apart; for whatever draws, with matplotlib or without."""

BASELINE, SCENARIO = "#E09F1F", "#0B4F8A"  # light amber, dark blue: apart in hue and in grey
BASELINE_INK = "#7A5200"  # amber dark enough for words
INK, MUTED, RULE, PALE = "#1F2933", "#52606D", "#D3D9DF", "#F2F5F8"
WARNING = "#B3361E"
BANDS = ("#CFE3F1", "#7FB4D9", "#2F7DB5", "#0A2F51")  # short to long waits, light to dark
