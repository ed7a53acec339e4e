"""Words and their weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro.learning.text import tfidf
from maestro.learning.word_counts import LONGEST_WORD, MOST_CHARACTERS, count_words

TEXTS = [
    "Churn features of customers, monthly churn.",
    "Monthly sales features",
    "Image blocks: mean brightness of blocks, of blocks.",
    "",
    "Sales of customers",
]


def test_words_of_several_scripts() -> None:
    """Case, width and accents' spelling do not matter; scripts without spaces go by pairs."""
    assert count_words("Churn CHURN churn_2024 x") == {"churn": 3, "2024": 1}
    assert count_words("Ｃｈｕｒｎ e\u0301te\u0301") == count_words("churn \u00e9t\u00e9")
    assert count_words("需要予測") == {"需要": 1, "要予": 1, "予測": 1}
    assert count_words("Straße") == count_words("STRASSE")
    assert count_words("") == {}


def test_long_runs_and_long_texts_are_cut() -> None:
    """A run of over 40 letters is no word, and only the first 50,000 characters are read."""
    assert count_words("a" * LONGEST_WORD + " " + "b" * (LONGEST_WORD + 1)) == {"a" * 40: 1}
    assert count_words("word " * MOST_CHARACTERS) == {"word": MOST_CHARACTERS // 5}


def test_weights_are_those_of_scikit_learn() -> None:
    """TF-IDF agrees with TfidfVectorizer (sublinear tf, smoothed idf, length 1)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [text for text in TEXTS if text]
    counted = [count_words(text) for text in texts]
    theirs = TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w\w+\b").fit(texts)
    ours = tfidf(counted)
    assert ours.shape[1] == len(theirs.vocabulary_)
    assert np.abs((ours - theirs.transform(texts)).toarray()).max() < 1e-12
    # A text without words changes nothing for the others, and is a row of zeros.
    more = tfidf([count_words(text) for text in TEXTS])
    assert np.abs(more.toarray()[[0, 1, 2, 4]] - ours.toarray()).max() == 0
    assert more[[3]].sum() == 0


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_rows_have_length_one_or_none(texts: list[str]) -> None:
    """Every text with a word has weights of length 1, every other one none, whatever it holds."""
    counted = [count_words(text) for text in texts]
    weights = tfidf(counted)
    squares = np.asarray(weights.multiply(weights).sum(axis=1)).ravel()
    assert squares == pytest.approx([1.0 if words else 0.0 for words in counted], abs=1e-9)
