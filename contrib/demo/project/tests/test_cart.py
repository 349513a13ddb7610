import pytest

from till import cart, catalog

SHOP = catalog.read(["coffee, 799, 7", "mug, 1250, 19", "pen, 50, 5"])


@pytest.fixture
def bought():
    return cart.Cart(SHOP)


def test_sum(bought):
    bought.add("coffee", 2)
    bought.add("mug")
    assert bought.net() == 2 * 799 + 1250


def test_the_same_again_is_added(bought):
    bought.add("pen", 2)
    bought.add("pen", 3)
    assert bought.counts == {"pen": 5}
    assert bought.net() == 250


def test_many_are_cheaper(bought):
    bought.add("pen", 9)
    assert bought.price("pen") == 50
    bought.add("pen", 1)
    assert bought.price("pen") == 45


def test_tax(bought):
    bought.add("coffee")
    bought.add("pen")
    assert bought.tax() == 56 + 3
    assert bought.total() == 849 + 59


def test_refuses_what_is_not_sold(bought):
    with pytest.raises(KeyError):
        bought.add("boat")
    with pytest.raises(ValueError):
        bought.add("pen", 0)
