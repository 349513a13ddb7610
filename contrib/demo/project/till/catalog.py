"""The price list: a line an article, with price and tax rate."""

from collections import namedtuple

Article = namedtuple("Article", "name price tax")


def read(lines):
    """Returns the articles by name. Empty lines and # lines do not count."""
    articles = {}
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != 3:
            raise ValueError(f"line {number}: three fields expected")
        name, price, tax = fields
        if name in articles:
            raise ValueError(f"line {number}: {name} is there already")
        articles[name] = Article(name, int(price), int(tax))
    return articles
