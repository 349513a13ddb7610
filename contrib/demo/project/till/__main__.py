"""python3 -m till PRICE-LIST NAME=COUNT..."""

import sys

from till import cart, catalog, invoice


def main(argv):
    if len(argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(argv[1], encoding="utf-8") as f:
        prices = catalog.read(f)
    bought = cart.Cart(prices)
    for word in argv[2:]:
        name, _, count = word.partition("=")
        bought.add(name, int(count or 1))
    print(invoice.render(bought))
    return 0


sys.exit(main(sys.argv))
