"""Countries by name."""

from django.utils.translation import override

from vendors.country_names import country_name


def test_a_country_is_named_in_the_readers_language_each_time() -> None:
    for language, name in (("en-gb", "Germany"), ("de", "Deutschland"), ("en-gb", "Germany")):
        with override(language):
            assert country_name("DE") == name


def test_what_is_no_country_is_shown_as_it_is() -> None:
    assert country_name("") == ""
    assert country_name("QQ") == "QQ"
