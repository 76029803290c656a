"""Vietnamese, as the Unicode CLDR has it: Django's begins with a capital, as if a sentence did."""

DATE_FORMAT = r"j \t\h\á\n\g n, Y"
DATETIME_FORMAT = r"H:i j \t\h\á\n\g n, Y"
