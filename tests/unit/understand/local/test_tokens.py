"""Characters to words, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight_search.understand.local.spelling import correct_spelling
from flight_search.understand.local.tokens import MAX_TOKENS, read_sentence, tokenise


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("ORD LHR 14MAR", "ord lhr 14 mar"),
        ("uh, twenty third of May, please", ", 23th of may ,"),
        ("two thousand five hundred dollars", "2500 dollars"),
        ("first class on the first flight", "first class on the first flight"),
        ("tommorow mornign", "tomorrow morning"),
        ("JFK → LAX", "jfk to lax"),
        ("wi-fi & B6 123", "wi - fi and b6 123"),
        ("6E 234", "6e 234"),
        ("१२ मई", "12 मई"),
    ],
)
def test_canonical_text(text, canonical):
    assert read_sentence(text).text.strip() == canonical


@given(st.text(max_size=400))
def test_tokens_are_stretches_of_the_text_in_order(text):
    tokens, _ = tokenise(text)
    assert len(tokens) <= MAX_TOKENS
    end = 0
    for token in tokens:
        assert end <= token.start < token.end <= len(text)
        end = token.end


@given(st.text(max_size=200))
def test_every_canonical_word_leads_back_to_its_characters(text):
    sentence = read_sentence(text)
    for start in sentence.starts:
        word_end = sentence.text.index(" ", start)
        first, last = sentence.characters(start, word_end)
        assert 0 <= first < last <= len(text)


@pytest.mark.parametrize("word", ["light", "airplane", "match", "fright", "paris"])
def test_words_of_their_own_are_not_corrected(word):
    assert correct_spelling(word) == word
