"""The tree of errors as its module draws it, and what each carries."""

import re

from flight_search.domain import errors
from flight_search.domain.errors import FieldProblem, FlightSearchError


def family(kind=FlightSearchError):
    # Only those of the domain: services add what HTTP alone has.
    children = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return [kind, *(grandchild for child in children for grandchild in family(child))]


def drawn():
    lines = errors.__doc__.splitlines()
    return {
        found[2]: (int(found[3]), len(found[1]))
        for line in lines
        if (found := re.match(r"^    ([│├└─ ]+)(\w+Error) +(\d{3}) ", line))
    }


def test_the_tree_in_the_docstring_is_the_tree_of_classes():
    assert set(drawn()) == {kind.__name__ for kind in family()} - {"FlightSearchError"}
    for kind in family()[1:]:
        status, indent = drawn()[kind.__name__]
        assert status == kind.status
        assert indent == 4 * (len(kind.__mro__) - len(FlightSearchError.__mro__))


def test_each_error_can_be_told_from_all_others():
    assert len({kind.code for kind in family()}) == len(family())
    assert all(re.fullmatch(r"[a-z_]+", kind.code) for kind in family())
    assert all(kind.title and kind.__doc__ for kind in family())


def test_exit_codes_are_small_and_differ_except_within_one_branch():
    branches = [kind for kind in family() if kind.__bases__ in ((FlightSearchError,), (Exception,))]
    assert len({kind.exit_code for kind in branches}) == len(branches)
    # 10 and 11 are the command line's own, 126 and above the shell's.
    assert all(1 <= kind.exit_code <= 125 and kind.exit_code not in (10, 11) for kind in family())


def test_an_error_is_its_sentence_and_carries_the_remedy_and_the_fields():
    field = FieldProblem("/query/slices", "at least one is needed")
    error = errors.CursorError("The cursor is damaged.", remedy="Start again.", fields=(field,))
    assert str(error) == error.detail == "The cursor is damaged."
    assert (error.remedy, error.fields) == ("Start again.", (field,))
    assert (error.status, error.exit_code) == (400, 2)
    assert isinstance(error, errors.InvalidRequestError)
