import pytest

from till import money


@pytest.mark.parametrize("cents, text", [
    (0, "0.00"), (5, "0.05"), (1234, "12.34"), (-250, "-2.50"),
])
def test_to_text(cents, text):
    assert money.to_text(cents) == text


def test_from_text():
    assert money.from_text("12.34") == 1234
    assert money.from_text(" 7.5 ") == 750
    assert money.from_text("3") == 300
    with pytest.raises(ValueError):
        money.from_text("3.999")


def test_percent_is_rounded_to_the_nearest_cent():
    assert money.percent_of(799, 7) == 56  # 55.93
    assert money.percent_of(350, 7) == 25  # 24.50
    assert money.percent_of(1001, 19) == 190  # 190.19


def test_half_a_cent_goes_up():
    assert money.percent_of(50, 5) == 3  # 2.50
    assert money.percent_of(150, 5) == 8  # 7.50
    assert money.percent_of(250, 5) == 13  # 12.50
