"""Many assessments told as one: counts, shares with their intervals, what occurs together, tactics."""

from redflag.cohort.counts import Cohort, count
from redflag.cohort.forms import COHORT_ENDINGS, as_bytes

__all__ = ["COHORT_ENDINGS", "Cohort", "as_bytes", "count"]
