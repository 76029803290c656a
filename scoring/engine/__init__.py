"""The scoring engine: pure functions from resolved inputs to scores.

It knows nothing of the database, of pages, or of today's date. `docs/scoring-method.md` states the
formulas; the modules refer to them by number.

- `methodology`: the parameters, read from a file
- `plan`: one questionnaire compiled with one methodology
- `batch`: the answers of N assessments, and their resolution at a date
- `aggregate`: weighted means of any order, and trees of them
- `evaluate`: the scores of a batch
- `contributions`: where every milli-point of a score comes from
- `explain`: the same in sentences
- `whatif`: what would lower a score most
- `unknowns`: what is not known, and how far that could move a score
- `sensitivity`: how far a score depends on the weights
- `provenance`: the hashes that name model, inputs and result
- `versions`: which functions made a score that names its engine's version
- `rating`: one standing for a vendor out of its assessments
"""
