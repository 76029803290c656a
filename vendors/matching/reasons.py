"""The reasons of a candidate as plain values, to be kept and told in words."""

from typing import Any

from vendors.matching.match import Candidate


def why_of(candidate: Candidate) -> dict[str, Any]:
    """The reasons of a candidate as they are kept."""
    name = candidate.name
    return {
        "basis": candidate.basis,
        "name_score": round(name.score * 10_000),
        "pairs": [
            [pair.query, pair.result, round(pair.likeness * 10_000), pair.how]
            for pair in name.pairs
        ],
        "extra_query": list(name.extra_query),
        "extra_result": list(name.extra_result),
        "lowered": list(name.lowered),
        "countries": candidate.countries,
        "shared": list(candidate.shared),
        "other_numbers": candidate.other_numbers,
        "person": candidate.query.person,
    }
