"""Keeping with the scores what they were made with."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from scoring.compile import Compiled
from scoring.engine import provenance
from scoring.models import ScoringModel


def keep(wanted: Iterable[tuple[Compiled, UUID]], methodology_id: UUID) -> Mapping[bytes, int]:
    """Store the models that are not stored yet; returns model hash -> id.

    `wanted`: each compiled model with the id of its questionnaire. One query where all are known.
    """
    by_id = {ScoringModel.id_of(model.model_hash): (model, pk) for model, pk in wanted}
    known = ScoringModel.objects.filter(pk__in=by_id).values_list("pk", "hash")
    for pk, stored in known:
        if bytes(stored) != by_id[pk][0].model_hash:
            raise ValueError(f"Two models share the number {pk}.")
    missing = by_id.keys() - {pk for pk, _ in known}
    ScoringModel.objects.bulk_create(
        [
            ScoringModel(
                pk=pk,
                hash=by_id[pk][0].model_hash,
                methodology_id=methodology_id,
                questionnaire_id=by_id[pk][1],
                document=provenance.model_document(by_id[pk][0].plan),
            )
            for pk in sorted(missing)
        ],
        # Another worker may have been first with the same.
        ignore_conflicts=True,
    )
    return {model.model_hash: pk for pk, (model, _) in by_id.items()}
