"""Amounts of money, in whole cents."""


def percent_of(cents, percent):
    """So many percent of an amount, rounded to the nearest cent."""
    return cents * percent // 100


def to_text(cents):
    """1234 -> '12.34'"""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def from_text(text):
    """'12.34' -> 1234"""
    whole, _, part = text.strip().partition(".")
    if not whole.isdigit() or not (part + "00")[:2].isdigit() or len(part) > 2:
        raise ValueError(f"not an amount: {text!r}")
    return int(whole) * 100 + int((part + "00")[:2])
