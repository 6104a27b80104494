"""Screen the case of H twice: as a lawyer could in May 2021, and with what was known later."""

from pathlib import Path

import redflag

CASE = Path(__file__).parent / "h_case"


def show(assessment: redflag.Assessment) -> None:
    """Print the score, what speaks for it and against it, and what nobody has asked yet."""
    print(f"As of {assessment.provenance.as_of}")
    if assessment.score is None:
        print(f"  no score: {assessment.abstention}")
    else:
        low, high = assessment.score_range
        print(f"  score {assessment.score:.2f} (between {low:.2f} and {high:.2f})")
    print(f"  band {assessment.band}")

    for family in assessment.families.values():
        if not family.findings:
            continue
        print(f"\n  {family.title}: {family.verdict} ({family.score:+.2f})")
        for finding in family.findings:
            print(f"    {finding.effect}: {finding.title} ({finding.contribution:+.2f})")
            for evidence in finding.evidence:
                told = f': "{" ".join(evidence.quote.split())}"' if evidence.quote else ""
                print(f"      [{evidence.level}, {evidence.party}] {evidence.source}{told}")

    print("\n  Still to ask:")
    for missing in assessment.missing[:10]:
        print(f"    {missing.question} (no: {missing.score_if_false:.2f}, yes: {missing.score_if_true:.2f})")
    print(f"\n  {assessment.notice}\n")


def main() -> None:
    """Screen as of May 2021, before the refusal, and as of the day of the file."""
    case = redflag.load_case(CASE)
    show(redflag.screen(case, as_of="2021-05-01"))
    show(redflag.screen(case, as_of=case.as_of))


if __name__ == "__main__":
    main()
