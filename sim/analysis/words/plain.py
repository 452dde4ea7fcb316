"""Words for people out of what is typed: one line of text, and names without underscores."""

_CAPITALS = {
    "gp": "GP",
    "fcp": "FCP",
    "mdt": "MDT",
    "mri": "MRI",
    "msk": "MSK",
    "rtt": "RTT",
    "imd": "IMD",
    "wte": "WTE",
    "dna": "DNA",
    "pifu": "PIFU",
    "qalys": "QALYs",
    "escape": "ESCAPE",
}


def tidy(text, width: int = 400) -> str:
    """One line of printable text, at most `width` characters."""
    text = str(text)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def plain(word: str) -> str:
    """`physio_band_6` -> `Physio band 6`."""
    words = [_CAPITALS.get(w.lower(), w) for w in tidy(str(word).replace("_", " ")).split(" ")]
    line = " ".join(words)
    return line[:1].upper() + line[1:]
