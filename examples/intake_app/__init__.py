"""A small web intake on this computer alone: consent, questions, documents, a live score, a report."""
