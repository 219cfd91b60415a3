"""When a visit counts as missed, and when nobody can tell."""


def can_tell(came: int, arrived: int) -> bool:
    """Whether the desk's marks can be relied on: of the `came` visits whose time has come today, half at least are
    marked arrived. Where fewer are, the marks are missing more likely than the patients."""
    return 2 * arrived >= came
