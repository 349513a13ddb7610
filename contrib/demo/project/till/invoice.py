"""The printed page."""

from till import money


def row(text, cents):
    return f"{text:<24}{money.to_text(cents):>10}"


def render(cart):
    """The whole invoice as text."""
    out = [
        row(f"{count} x {article.name}", amount)
        for article, count, amount in cart.lines()
    ]
    out.append("-" * 34)
    out.append(row("net", cart.net()))
    for rate, cents in tax_table(cart):
        out.append(row(f"tax {rate} %", cents))
    out.append(row("total", cart.total()))
    return "\n".join(out)
