from till import cart, catalog, invoice

SHOP = catalog.read([
    "coffee, 799, 7", "bread, 350, 7", "mug, 1250, 19", "pen, 50, 5",
])


def shopping(*words):
    bought = cart.Cart(SHOP)
    for name, count in words:
        bought.add(name, count)
    return bought


def test_tax_table_sums_by_rate():
    bought = shopping(("coffee", 1), ("mug", 1), ("bread", 1), ("pen", 1))
    assert invoice.tax_table(bought) == [(19, 238), (7, 81), (5, 3)]


def test_tax_table_of_an_empty_cart():
    assert invoice.tax_table(shopping()) == []


def test_page():
    assert invoice.render(shopping(("bread", 2), ("mug", 1))) == "\n".join([
        "2 x bread                     7.00",
        "1 x mug                      12.50",
        "----------------------------------",
        "net                          19.50",
        "tax 19 %                      2.38",
        "tax 7 %                       0.49",
        "total                        22.37",
    ])
