"""What is bought, and what it costs."""

from till import money

BULK_COUNT = 10
BULK_PERCENT = 10


class Cart:
    def __init__(self, articles):
        self.articles = articles
        self.counts = {}

    def add(self, name, count=1):
        """Puts so many of an article into the cart."""
        if name not in self.articles:
            raise KeyError(f"no such article: {name}")
        if count < 1:
            raise ValueError("at least one, please")
        self.counts[name] = count

    def price(self, name):
        """The price of one, after the discount for many."""
        price = self.articles[name].price
        if self.counts[name] >= BULK_COUNT:
            price -= money.percent_of(price, BULK_PERCENT)
        return price

    def lines(self):
        """(article, count, price of all of them), in the order of buying."""
        return [
            (self.articles[name], count, count * self.price(name))
            for name, count in self.counts.items()
        ]

    def net(self):
        return sum(amount for _, _, amount in self.lines())

    def tax(self):
        return sum(
            money.percent_of(amount, article.tax)
            for article, _, amount in self.lines()
        )

    def total(self):
        return self.net() + self.tax()
