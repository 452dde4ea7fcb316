"""What all settings have in common: they are read strictly."""


class Settings:
    """Base of everything a configuration may say. Unknown keys, text for numbers, NaN and infinity are refused.

    The attribute is read by the configuration check; nothing in this room depends on it.
    """

    __pydantic_config__ = {"extra": "forbid", "strict": True, "allow_inf_nan": False}
