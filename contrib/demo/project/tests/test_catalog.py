import pytest

from till import catalog


def test_reads_articles():
    articles = catalog.read(["# shop", "", "pen, 50, 5", "mug, 1250, 19"])
    assert articles["mug"] == catalog.Article("mug", 1250, 19)
    assert list(articles) == ["pen", "mug"]


def test_says_which_line_is_wrong():
    with pytest.raises(ValueError, match="line 2"):
        catalog.read(["pen, 50, 5", "mug, 1250"])
    with pytest.raises(ValueError, match="line 2.*already"):
        catalog.read(["pen, 50, 5", "pen, 60, 5"])
