"""Words of texts of any script: how often each stands there, and how rare it is."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

MOST_CHARACTERS = 50_000
"""What is read of one text: about 8,000 words. What follows says little more of its subject."""
LONGEST_WORD = 40
"""Longer runs of letters are keys, digests and addresses, not words."""

_WORD = re.compile(r"[^\W_]+")
# Scripts that leave no space between words: there every two neighbours are a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


_COMMON_TEXT = (
    "about above after again against along also although always among another because been "
    "before being below between both cannot could does doing done down during each either else "
    "even ever every from further give given gives goes have having here into itself just keep "
    "keeps kept know known knows less like made make makes many more most much must need needs "
    "never next none nothing only onto other others over same shall should since some such take "
    "taken takes tell tells than that their theirs them then there these they thing things this "
    "those through together towards under until upon used uses using very want wants well were "
    "what when where whether which while whom whose will with within without would your "
    "yours"
)
_COMMON = frozenset(_COMMON_TEXT.split())
"""English words that say nothing of a text's subject."""
_SHORT = 3
_FEW_TEXTS = 8


def telling(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Rarity of the words that say something to a reader of what texts share.

    No numbers, no short words of alphabets, which are mostly grammar, none of a small list of
    common words, and among eight texts or more none that more than half of them hold.
    """
    held = Counter(term for row in rows for term in row)
    count = sum(1 for row in rows if row)
    most = count // 2 if count >= _FEW_TEXTS else count
    return {
        word: rare
        for word, rare in rarity(rows).items()
        if held[word] <= most and word not in _COMMON and not word.isdecimal()
        if len(word) > _SHORT or word[0] >= "\u0590"
    }


def count_words(text: str) -> Counter[str]:
    """How often each word stands in ``text``; case, width and composed accents do not matter.

    A word is a run of letters and digits, 2 to 40 long. In scripts without spaces between
    words every two neighbouring characters are one. Only the first 50,000 characters are read.
    """
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold()
    found: Counter[str] = Counter()
    for run in _WORD.findall(plain):
        if _UNSPACED.search(run):
            found.update(run[at : at + 2] for at in range(max(1, len(run) - 1)))
        elif 2 <= len(run) <= LONGEST_WORD:
            found[run] += 1
    return found


def rarity(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Smoothed inverse document frequency of every term: ln((1 + n) / (1 + df)) + 1.

    The form that scikit-learn's TfidfVectorizer has by default (its user guide, 6.2.3.4): as
    if one more text held every word once. n is the number of ``rows`` with any term at all.
    """
    held = Counter(term for row in rows for term in row)
    count = sum(1 for row in rows if row)
    logs = lru_cache(None)(lambda df: math.log((1 + count) / (1 + df)) + 1)
    return {term: logs(held[term]) for term in sorted(held)}
