"""What every report says of the method, and of what a score is not."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.templatetags.ui import band_word, points
from reports.document import Block, Words
from scoring.engine.methodology import BANDS


def words(cuts: Sequence[int]) -> Sequence[Block]:
    """Paragraphs and a list; `cuts`: those of the method's bands, in milli-points."""
    said = [
        _(
            "A score runs from 0 (best) to 100 (worst). It answers one question: given what is "
            "entrusted to the vendor, and what is known about how it protects it, how much risk "
            "is left?"
        ),
        _(
            "Inherent risk is what is exposed. Control effectiveness is what the vendor does about "
            "it. The score, the residual risk, is what is left."
        ),
    ]
    if cuts:
        named = [
            _("%(band)s below %(points)s") % {"band": band_word(band), "points": points(cut, 0)}
            for band, cut in zip(BANDS, cuts, strict=False)
        ]
        said.append(
            _("Bands: %(bands)s; %(worst)s from there on.")
            % {"bands": ", ".join(named), "worst": band_word(BANDS[-1])}
        )
    return [
        Words(said),
        Words(
            [
                _(
                    "The weights, credits and cuts are expert judgement put into numbers. None was "
                    "fitted to losses: a score does not say how likely a loss is."
                ),
                _(
                    "The interval is what the score could be once everything open is known. It is "
                    "no statistical margin."
                ),
                _("Not rated means that too little is known. It is not a zero, nor good news."),
                _(
                    "Provisional means that a required answer, enough coverage or the sign-off of "
                    "a reviewer is missing."
                ),
                _("A good answer counts as far as it is proved, and proof ages."),
                _(
                    "A Low that comes from little exposure is not a good vendor; it is a small "
                    "stake."
                ),
                _("The number advises. The decision is a person's, and stands apart from it."),
            ],
            is_list=True,
        ),
    ]
