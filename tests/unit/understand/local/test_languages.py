"""Requests in other languages than English, and what must not happen to English ones because of them."""

import pytest

from flight_search.domain.intent import Kind
from flight_search.understand.local.languages import language_of, load_languages
from flight_search.understand.local.tokens import read_sentence, tokenise


@pytest.mark.parametrize("language", ["es", "fr", "de", "pt", "it"])
def test_nearly_all_labelled_requests_of_a_language_are_right(
    language, other_languages, read_cases, wrong_fields
):
    cases = [case for case in read_cases(other_languages) if case["language"] == language]
    failures = [f"{wrong} in {case['text']!r}" for case in cases if (wrong := wrong_fields(case))]
    assert len(failures) <= 0.05 * len(cases), "\n".join(failures)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("de Madrid a Roma el viernes próximo a las 18", "from madrid to roma on next friday at 18:00"),
        ("de 5 a 12 de abril", "from 5 to 12 of april"),
        ("por menos de 1.200,50 euros", "under 1200.50 euros"),
        ("moins de 1 200 euros, après 18h30", "under 1200 euros , after 18:30"),
        ("vol de Nice à Alger pour 2 personnes", "flight from nice to alger for 2 people"),
        ("vom 5. bis 12. April nach Rom", "from 5th to 12th april to rom"),
        ("vor 11 Uhr von Zürich nach Köln", "before 11:00 from zürich to köln"),
        ("lunes próxima semana de Lima a Cusco", "monday next week from lima to cusco"),
        ("voo do Rio de Janeiro para Lisboa", "flight from rio de janeiro to lisboa"),
        ("volo da Roma all'Avana a dicembre", "flight from roma to avana in december"),
    ],
)
def test_words_become_those_that_the_grammars_read(text, canonical):
    assert read_sentence(text).text.strip() == canonical


@pytest.mark.parametrize(
    "text",
    [
        "nice to split on may 5", "los angeles las vegas", "LA to San Jose", "rio de janeiro to sao paulo",
        "flights to Palma de Mallorca from London", "per person under 300 from Paris to Porto",
        "a para athlete flying to die Schweiz from Nice", "am I able to fly to Bari",
    ],
)  # fmt: skip
def test_english_is_not_taken_for_another_language(text):
    assert language_of([token.word for token in tokenise(text)[0]]) is None


def test_words_of_the_request_are_pointed_at_as_they_were_written(ask):
    text = "vol d'Alger à Nice vendredi prochain après 18h30"
    spans = {span.field: span.text for span in ask(text).understood}
    assert spans["slices.0.origin"] == "Alger"
    assert spans["slices.0.destination"] == "Nice"
    assert spans["slices.0.depart_date"].endswith("vendredi prochain")
    assert spans["slices.0.depart_time"] == "après 18h30"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("vuelo de Madrid a Roma con asiento de ventanilla", "asiento de ventanilla"),
        ("Flug von Berlin nach Rom mit Fensterplatz", "Fensterplatz"),
        ("vol de Paris à Rome avec repas végétarien", "repas végétarien"),
        ("voo de Lisboa para Roma com janela", "janela"),
        ("volo da Milano a Parigi con il mio cane", "con il mio cane"),
    ],
)
def test_wishes_that_cannot_be_honoured_are_said_in_the_words_of_the_request(ask, text, wish):
    assert any(wish in said for said in ask(text).unsupported)


@pytest.mark.parametrize(
    "text", ["我想从北京飞往上海", "билет из Москвы в Париж завтра", "طيران إلى لندن غدا"]
)
def test_a_script_that_is_not_read_is_said_so_and_left_to_a_model(ask, text):
    answer = ask(text)
    assert answer.kind is Kind.OUT_OF_SCOPE
    assert "do not read this language" in answer.question
    assert answer.confidence < 0.5


def test_places_are_known_in_any_script(ask):
    leg = ask("Москва Лондон").query.slices[0]
    assert "SVO" in leg.origin.airports
    assert "LHR" in leg.destination.airports


def test_every_language_says_the_words_that_each_search_needs():
    needed = {"from", "to", "round trip", "nonstop", "tomorrow", "friday", "december", "under", "adults"}
    for language in load_languages():
        assert needed <= set(language.phrases.values())
