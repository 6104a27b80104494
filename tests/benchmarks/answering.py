"""How long it takes to answer one question and ask the next, on both examples.

Run as `python tests/benchmarks/answering.py`. It prints the median of many answers in milliseconds and
decides nothing.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import redflag

EXAMPLES = Path(__file__).parents[2] / "examples"
TIMES = 30


def median(deed: Callable[[], object]) -> float:
    """Milliseconds of one deed, the first of which is not counted."""
    deed()
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        deed()
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def main() -> None:
    """Prints a line for each case."""
    screener = redflag.Screener()
    print(f"{'case':<16}{'answer':>10}{'score':>10}{'questions':>12}{'screen':>10}   ms")
    for name in ("h_case", "ordinary_fraud", "facts alone"):
        case = redflag.load_case(EXAMPLES / (name if name != "facts alone" else "h_case"))
        if name == "facts alone":
            case = case.model_copy(update={"documents": ()})
        answered = redflag.answer(case, "request.complete", False)
        deeds = (
            lambda case=case: redflag.answer(case, "request.complete", False),
            lambda answered=answered: screener.score(answered),
            lambda answered=answered: redflag.questions(answered, "ar", screener=screener),
            lambda answered=answered: screener.screen(answered),
        )
        answer, score, asked, screened = map(median, deeds)
        print(f"{name:<16}{answer:>10.2f}{score:>10.2f}{asked:>12.2f}{screened:>10.2f}")


if __name__ == "__main__":
    main()
