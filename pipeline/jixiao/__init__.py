"""jixiao (绩效): quantified claims from Chinese budget-performance reports, with their exact place in the source."""

__version__ = "0.1.0"
