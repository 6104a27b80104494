"""A rule as its file has it, and the families, law and literature around it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from redflag.assessment import Effect
from redflag.dates import PartialDate
from redflag.record import Record

RuleStatus = Literal["draft", "reviewed", "retired"]


class InForce(Record):
    """The days between which a rule applies; either end may be open."""

    from_: PartialDate | None = Field(None, alias="from")
    until: PartialDate | None = None


class Weight(Record):
    """Log likelihood ratios of a rule, fired and clear, and where they come from."""

    log_lr_true: float
    log_lr_false: float
    basis: Literal["author_assigned", "expert", "estimated"]
    reason: str = Field(min_length=1)
    by: str | None = Field(None, description="For `expert`: who signs.")
    data: str | None = Field(None, description="For `estimated`: on which data.")

    @model_validator(mode="after")
    def _consistent(self) -> Weight:
        if self.log_lr_true * self.log_lr_false > 0 or self.log_lr_true == 0:
            raise ValueError("the two log likelihood ratios must have opposite signs")
        if self.basis == "expert" and self.by is None:
            raise ValueError("a weight by an expert needs a name; add by")
        if self.basis == "estimated" and self.data is None:
            raise ValueError("an estimated weight needs its data; add data")
        return self


class Rule(Record):
    """One sign of misuse, or of an ordinary prosecution: its identity, law, logic and words."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    indicators: tuple[str, ...] = ()
    effect: Effect
    answers: tuple[str, ...] = ()
    status: RuleStatus
    reviewers: tuple[str, ...] = ()
    in_force: InForce | None = None
    legal_basis: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    context: bool = Field(False, description="Whether it rests on a state's general record.")
    applies_when: dict[str, Any] | None = None
    when: dict[str, Any] | None = None
    text: dict[str, Any] | None = None
    unless: dict[str, Any] | None = None
    contradicted_by: dict[str, Any] | None = None
    explain: str = Field(min_length=1)
    if_unknown: str = Field(min_length=1)
    collect: tuple[str, ...] = ()
    known_errors: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    weight: Weight | None = None

    @property
    def family(self) -> str:
        """The family that it belongs to: the first part of its id."""
        return self.id.partition(".")[0]

    @property
    def of_a_passage(self) -> bool:
        """Whether it tells that the tagger found a passage to read, and no more."""
        return self.text is not None and "passage" in self.text

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if self.when is None and self.text is None:
            raise ValueError("a rule needs when, text or both")
        if (self.weight is None) is not (self.effect == "caveat"):
            raise ValueError("a caveat has no weight, and every other rule has one")
        if self.weight is not None and (self.weight.log_lr_true > 0) is not (self.effect == "supports"):
            raise ValueError("supports needs log_lr_true above 0, counters below 0")
        if self.effect == "counters" and not self.answers:
            raise ValueError("a counter-indicator names the families that it answers; add answers")
        if self.status == "reviewed" and not self.reviewers:
            raise ValueError("a reviewed rule needs a named reviewer; add reviewers or write draft")
        return self


class Axis(Record):
    """A question that stays apart from the others."""

    id: str
    title: str


class Family(Record):
    """A family of rules that ask the same kind of thing."""

    id: str
    axis: str
    title: str
    saturation: float = Field(gt=0)


class LegalProvision(Record):
    """A provision that a rule may cite, in the pack's own words."""

    id: str
    instrument: str
    provision: str
    in_force: str | None = None
    says: str
    url: str | None = None
    seen_at: str | None = None
    confidence: Literal["high", "medium", "low"]
    mirror: bool = Field(False, description="Whether the address is a mirror or a marketing page.")


class Literature(Record):
    """A report, study or page that a rule rests on."""

    key: str
    title: str
    quality: Literal["official", "ngo", "practitioner", "marketing"]
    url: str | None = None
    mirror: bool = False


class About(Record):
    """What a pack is: its name, version, licence and who has reviewed it."""

    name: str
    version: str
    licence: str
    status: RuleStatus
    reviewers: tuple[str, ...] = ()
    note: str = ""
