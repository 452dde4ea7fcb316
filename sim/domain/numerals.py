"""Numbers in words that people read."""


def few(number: float) -> str:
    """`10.6`, `2.63`, `0.5`: as many figures as say something."""
    text = f"{number:,.{2 if number < 10 else 1}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
