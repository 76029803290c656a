"""What holds of the financial indicator for all figures."""

from dataclasses import asdict, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.indicators.figures import Figures
from scoring.indicators.financial import halves
from scoring.indicators.insolvency import Z_MODELS, ohlson, zmijewski
from tests.pure.companies import FULL, value_of, year

amounts = st.integers(0, 10_000).map(float)
signed = st.integers(-10_000, 10_000).map(float)


@st.composite
def companies(draw: st.DrawFn) -> Figures:
    """Complete figures that add up."""
    current, fixed = draw(amounts), draw(st.integers(1, 10_000))
    assets = current + fixed
    due, later = draw(amounts), draw(amounts)
    owed = due + later
    return Figures(
        total_assets=assets,
        current_assets=current,
        inventories=draw(st.integers(0, int(current))),
        current_liabilities=due,
        total_liabilities=owed,
        debt=draw(st.integers(0, int(owed))),
        retained_earnings=draw(signed),
        equity=assets - owed,
        sales=draw(amounts),
        ebit=draw(signed),
        ebitda=draw(signed),
        interest_expense=draw(amounts),
        net_income=draw(signed),
        funds_from_operations=draw(signed),
        market_value=draw(amounts),
    )


models = st.sampled_from(sorted(Z_MODELS))
#: Line -> whether more of it is worse. Each moves alone, so lines that follow from it stay.
WORSE_WITH = {
    "retained_earnings": False,
    "ebit": False,
    "ebitda": False,
    "sales": False,
    "market_value": False,
    "current_assets": False,
    "inventories": True,
    "current_liabilities": True,
    "debt": True,
    "interest_expense": True,
}


@given(companies(), models, st.sampled_from(sorted(WORSE_WITH)), st.integers(1, 5_000))
def test_a_worse_figure_never_lowers_the_risk(
    figures: Figures, model: str, line: str, by: int
) -> None:
    step = by if WORSE_WITH[line] else -by
    moved = getattr(figures, line) + step
    assume(moved >= 0 or line in {"retained_earnings", "ebit", "ebitda"})
    before, after = (
        value_of(figures, chosen=model),
        value_of(replace(figures, **{line: moved}), chosen=model),
    )
    assert after.lo >= before.lo
    assert after.pt >= before.pt
    assert after.hi >= before.hi


@given(companies(), models, st.sets(st.sampled_from(sorted(asdict(FULL)))))
def test_any_completion_of_missing_lines_stays_in_the_range(
    figures: Figures, model: str, unknown: set[str]
) -> None:
    partial = value_of(replace(figures, **dict.fromkeys(unknown)), chosen=model)
    whole = value_of(figures, chosen=model)
    assert partial.lo <= whole.lo
    assert whole.hi <= partial.hi
    assert partial.lo <= partial.pt <= partial.hi


@given(companies(), models)
def test_complete_figures_leave_no_range(figures: Figures, model: str) -> None:
    found = value_of(figures, chosen=model)
    assert found.lo == found.pt == found.hi
    assert found.enough


@given(companies(), models, st.sampled_from([0.001, 7.0, 1_000_000.0]))
def test_the_unit_of_money_does_not_matter(figures: Figures, model: str, factor: float) -> None:
    scaled = Figures(
        **{name: None if one is None else one * factor for name, one in asdict(figures).items()}
    )
    there, here = value_of(scaled, chosen=model), value_of(figures, chosen=model)
    assert abs(there.pt - here.pt) <= 1


@given(companies())
def test_a_year_of_a_company_never_fails_to_be_read(figures: Figures) -> None:
    for model in Z_MODELS:
        assert len(halves(year(figures), model).panel) == 5
    zmijewski(figures)
    ohlson(figures, prior_net_income=-1.0, dollars=1e9, price_index=573.7)
