"""Every page that refuses a form says so in one way."""

import re

from tests.access.conftest import Ask, Worlds
from tests.access.matrix import lines

#: What shows that something of a form was refused.
REFUSED = re.compile(r'class="(?:field__error|error-summary)"')


def test_a_refused_form_is_told_in_the_title_once_and_in_a_summary_with_the_focus(
    worlds: Worlds, ask: Ask
) -> None:
    wrong, seen = [], 0
    for line in lines():
        if line.method != "POST" or line.is_api or line.expected["admin"] not in {"200", "422"}:
            continue
        html = ask("admin", line, worlds.here).text
        if not REFUSED.search(html):
            continue
        seen += 1
        title = html.partition("<title>")[2].partition("</title>")[0]
        if title.count("Error:") != 1:
            wrong.append(f"{line.name}: the title is “{title}”")
        if "data-focus" not in html:
            wrong.append(f"{line.name}: no summary with the focus")
    assert not wrong, "\n".join(wrong)
    assert seen > 50
