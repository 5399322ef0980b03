"""What the tests of searching ask for: some places of the worlds that they make, and how a query is sent."""

from flight_search.domain.result import SearchRequest

ALL = {"label": "", "airports": ["AMS", "BOS", "EWR", "HNL", "JFK", "LGW", "LHR", "NRT"]}
NEW_YORK = {"label": "New York", "airports": ["JFK", "EWR"]}
LONDON = {"label": "London", "airports": ["LHR", "LGW"]}
BOSTON = {"label": "Boston", "airports": ["BOS"]}
ANYTHING = {"slices": [{"origin": ALL}]}


def search(engine, query, **more):
    return engine.search(SearchRequest.model_validate({"query": query, **more}))
