"""Fields for numbers: what they show is what they read, in every language."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.number_fields import DecimalField, FloatField

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@given(
    st.decimals(-(10**12), 10**12, places=3)
    | st.decimals(0, 10, places=9)
    | st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-30),
    st.sampled_from(LANGUAGES),
)
def test_what_a_field_shows_is_read_back_equal_in_every_language(
    value: Decimal | float, language: str
) -> None:
    field = FloatField() if isinstance(value, float) else DecimalField()
    with translation.override(language):
        assert field.clean(field.prepare_value(value)) == value


@pytest.mark.parametrize("text", ["1e900000000", "1e99999999999999999999"])
def test_a_number_of_a_thousand_million_digits_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DecimalField().clean(text)
