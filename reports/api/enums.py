"""The sets of values that the description of the API names (`config.api_names`)."""

from typing import Final

from assessments.api.enums import LANGUAGES

__all__ = ["LANGUAGES", "RATED"]

RATED: Final = ["final", "not_rated", "provisional", "rated"]
