"""What a benchmark found, as one line each."""

from typing import NamedTuple

HEADER = f"{'name':<34} {'measured':>14} {'baseline':>14} {'ratio':>8}  {'target':<10} verdict"


class Result(NamedTuple):
    """`measured` against `baseline` (same unit); the ratio must be at least or at most `target`."""

    name: str
    measured: float
    baseline: float
    unit: str
    target: float
    at_least: bool

    @property
    def ratio(self) -> float:
        return self.measured / self.baseline

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    def line(self) -> str:
        """`name  measured  baseline  ratio  target  ok`, aligned."""
        sign = "≥" if self.at_least else "≤"
        return (
            f"{self.name:<34} {self._with_unit(self.measured):>14} {self._with_unit(self.baseline):>14}"
            f" {self.ratio:>8.2f}  {f'{sign} {self.target:g}':<10} {'ok' if self.is_met else 'over'}"
        )

    def _with_unit(self, value: float) -> str:
        return f"{value:,.0f} {self.unit}" if value >= 100 else f"{value:.3g} {self.unit}"
