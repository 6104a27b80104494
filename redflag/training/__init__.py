"""Training and judging the classifier: from documented cases to a model and what is known of it.

The only room that loads scikit-learn.
"""

from redflag.training.doors import Trained, evaluate, evaluate_own, train

__all__ = ["Trained", "evaluate", "evaluate_own", "train"]
