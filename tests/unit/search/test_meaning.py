"""Soft words before they are embedded."""

import pytest

from flight_search.search.meaning import spelt_out


@pytest.mark.parametrize("wish", ["somewhere warm", "a hot place", "Sun and sea", "tropical island"])
def test_warmth_is_said_as_profiles_say_it(wish):
    assert spelt_out(wish) == f"{wish}: tropical and hot, warm sunshine"


def test_snow_is_said_as_profiles_say_it():
    assert spelt_out("snowy mountains") == "snowy mountains: cold and snowy"


@pytest.mark.parametrize("wish", ["", "quiet", "a Sunday market", "photos", "hotel nearby"])
def test_other_wishes_stay_as_they_are(wish):
    assert spelt_out(wish) == wish
