"""A case in the field's own terms: person, alert, request, charges, pressure, decisions.

Every scalar may be a bare value, a statement with its provenance, or a list of statements
where the parties disagree. What is not stated stays out: absent means unknown, never no. Only a
few fields that say what an item is about have a word of their own where they are left out (a
decision is about the client, a travel document is a passport).
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from iso3166 import countries_by_alpha3
from pydantic import AfterValidator, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import core_schema

from redflag.dates import PartialDate
from redflag.documents import DocumentNote
from redflag.evidence import Assertion, Level, Party
from redflag.record import Record

T = TypeVar("T")


def _known_state(code: str) -> str:
    if code not in countries_by_alpha3 and code not in NO_LONGER_LISTED:
        raise ValueError("unknown state code; write ISO 3166 alpha-3, such as FRA or SGP")
    return code


NO_LONGER_LISTED = frozenset({"SUN", "YUG", "SCG", "CSK", "DDR", "XKX"})
State = Annotated[str, AfterValidator(_known_state)]
"""An ISO 3166 alpha-3 code, such as FRA. Kosovo is XKX; ended states keep their code."""


class Vouched(Record):
    """Who says so, how good that is, and when it happened and became known."""

    happened: PartialDate | None = Field(None, description="When it happened or is due.")
    known_by: PartialDate | None = Field(None, description="By when the defence knew it.")
    party: Party | None = Field(None, description="Who vouches; the case's own party if absent.")
    level: Level | None = Field(None, description="How good it is; asserted if absent.")
    source: str | None = Field(None, description="The document or citation that it comes from.")
    independent: bool | None = Field(
        None, description="For a ruling: whether the body is independent of the party it favours."
    )
    confidential_from: tuple[Party, ...] = Field((), description="Who must not see it.")


class Statement(Vouched, Generic[T]):
    """One party's word on one fact."""

    value: T = Field(description="What is stated.")


def _shape(value: Any) -> str:
    if isinstance(value, dict | Statement):
        return "statement"
    return "statements" if isinstance(value, list | tuple) else "bare"


class _OneOrMore:
    """Chooses by shape, so that an error speaks of the form that was written and no other."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        bare = get_args(source)[0]
        statement = handler.generate_schema(Statement[bare])  # type: ignore[valid-type]  # known at run time
        return core_schema.tagged_union_schema(
            {
                "bare": handler.generate_schema(bare),
                "statement": statement,
                "statements": core_schema.tuple_variable_schema(statement, min_length=1),
            },
            discriminator=_shape,
        )


Stated = Annotated[T | Statement[T] | tuple[Statement[T], ...], _OneOrMore()]
"""A bare value, one statement of it, or several where parties differ."""

Flag = Stated[bool] | None
Day = Stated[PartialDate] | None
Count = Annotated[int, Field(ge=0)]


class Item(Vouched):
    """Something on a list of the case: a call, a charge, a decision."""

    id: str | None = Field(None, description="A name for it, to refer to.")
    event: str | None = Field(
        None, description="Name of the event that it is part of; parts of one event count once."
    )
    assertion: Assertion = Field(
        Assertion.AFFIRMED, description="Whether it happened, or was threatened, feared or denied."
    )
    note: str | None = Field(None, description="Anything worth adding, in plain words.")


Role = Literal[
    "academic",
    "activist",
    "blogger",
    "businessperson",
    "employee",
    "former_official",
    "human_rights_defender",
    "journalist",
    "lawyer",
    "military_or_security",
    "opposition_figure",
    "opposition_funder",
    "other",
    "politician",
    "public_official",
    "religious_figure",
    "student",
    "whistleblower",
]


class Group(Item):
    """A faith, people, movement or other group that the person belongs to."""

    kind: Literal["religious", "ethnic", "political", "social", "other"] = Field(
        description="What sort of group it is."
    )
    persecuted: Flag = Field(None, description="Whether the requesting state persecutes the group as such.")


class Person(Record):
    """The person sought. Names are neither needed nor used."""

    label: str | None = Field(None, description="How the file calls the person; never scored.")
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = Field(None, description="Never scored.")
    nationalities: tuple[State, ...] = Field((), description="Never scored.")
    residence: State | None = Field(None, description="State of residence; never scored.")
    roles: tuple[Stated[Role], ...] = Field((), description="Public and working roles.")
    groups: tuple[Group, ...] = Field((), description="Groups that the person belongs to.")
    naturalised_on: Day = Field(None, description="When another state made the person a citizen.")
    settled_abroad: Flag = Field(None, description="Whether long settled outside that state.")
    disloyalty_alleged: Flag = Field(
        None, description="Whether that state treats the new home or nationality as disloyal."
    )
    left_on: Day = Field(None, description="When the person left the requesting state.")
    left_after_charge: Flag = Field(
        None, description="Whether the person left after being charged, convicted or bailed."
    )
    address_known: Flag = Field(None, description="Whether the requesting state knew where the person lived.")


class Custody(Record):
    """Whether the person is held, where, and what comes next."""

    status: Stated[Literal["free", "bail", "house_arrest", "in_custody"]] | None = Field(
        None, description="Whether the person is free or held."
    )
    state: State | None = Field(None, description="Where the person is held.")
    since: Day = Field(None, description="Since when.")
    next_hearing: PartialDate | None = Field(None, description="Date of the next hearing.")


class Safety(Record):
    """What comes before the case itself: whether somebody is in danger now. Never scored."""

    relatives_in_danger: bool | None = Field(
        None, description="Whether a relative or somebody close may be harmed or arrested now."
    )
    surrender_imminent: bool | None = Field(
        None, description="Whether the person may be handed over within days."
    )
    safe_to_contact: bool | None = Field(
        None, description="Whether the person can be called or written to without putting anybody in danger."
    )
    safe_channel: str | None = Field(None, description="How, and when, it is safe to reach the person.")


class Deadline(Record):
    """Something that must be done by a day."""

    what: str = Field(description="What must be done.")
    due: PartialDate = Field(description="By which day.")


class Warrant(Record):
    """The arrest warrant or judgment behind the alert."""

    issued_by: (
        Stated[Literal["court", "judge", "prosecutor", "police", "party_body", "security_service", "none"]]
        | None
    ) = Field(None, description="Who signed it.")
    issued_on: Day = Field(None, description="When it was signed.")
    judicial_review: Flag = Field(
        None, description="Whether the law gives a prompt appeal against it to a judge."
    )
    valid: Flag = Field(None, description="Whether it is in force: not annulled, not expired.")


class Notice(Item):
    """An alert in INTERPOL's channels: what kind, when, and what became of it."""

    kind: (
        Stated[
            Literal[
                "red_notice",
                "diffusion",
                "blue_notice",
                "green_notice",
                "silver_notice",
                "stolen_document_entry",
                "other",
            ]
        ]
        | None
    ) = Field(None, description="What sort of alert it is.")
    number: str | None = Field(None, description="Its number, such as 2021/12345; never scored.")
    issued_on: Day = Field(None, description="When it was issued or sent.")
    state_of_play: (
        Stated[Literal["active", "blocked", "deleted", "expired", "refused", "withdrawn"]] | None
    ) = Field(None, description="What became of it.")
    warrant: Warrant = Field(default_factory=Warrant)
    states_act: Flag = Field(None, description="Whether it says what the person did.")
    states_date: Flag = Field(None, description="Whether it says when.")
    states_place: Flag = Field(None, description="Whether it says where.")
    states_role: Flag = Field(None, description="Whether it says in what role.")
    identity_sufficient: Flag = Field(None, description="Whether it identifies this person.")
    identity_mistaken: Flag = Field(None, description="Whether it hits the wrong person.")
    same_case: Flag = Field(None, description="For another alert: whether of the same case.")
    follows_refused_alert: Flag = Field(
        None, description="Whether an earlier alert in the case had been refused or deleted."
    )
    narrow_addressees: Flag = Field(
        None, description="Whether it went only to states where the person lives or travels."
    )
    new_facts: Flag = Field(
        None, description="For a repeated alert: whether it rests on facts not known before."
    )
    withdrawn_during_review: Flag = Field(
        None, description="Whether the source took it back while the CCF was deciding."
    )
    case_ended: Flag = Field(
        None, description="Whether the case behind it has ended or the warrant was lifted."
    )
    reviewed_on: Day = Field(None, description="When its need was last reviewed.")
    time_barred: Flag = Field(None, description="Whether prosecution or sentence is time-barred.")
    questions_unanswered: Flag = Field(
        None, description="Whether the source left questions of the CCF unanswered."
    )
    hides_known_facts: Flag = Field(
        None, description="Whether the source kept from INTERPOL what it knew, such as asylum."
    )
    before_known_travel: Flag = Field(
        None, description="Whether it came just before a known trip, speech or testimony."
    )


class Request(Record):
    """The extradition request, or its absence."""

    made: Flag = Field(None, description="Whether an extradition request was made.")
    made_on: Day = Field(None, description="When the request was made.")
    person_located_on: Day = Field(None, description="When the person was found or arrested.")
    complete: Flag = Field(None, description="Whether it came with the papers that are required.")
    within_time_limit: Flag = Field(
        None, description="Whether it came within the time that the treaty or law allows."
    )
    evidence_attached: Flag = Field(None, description="Whether evidence came with it.")
    treaty_exists: Flag = Field(None, description="Whether a treaty or other basis exists.")
    not_sought_elsewhere: Flag = Field(
        None, description="Whether the person was found in another state with no step taken there."
    )


class Charge(Item):
    """One charge: its class, what it alleges, and what it leaves out."""

    offence_class: (
        Stated[
            Literal[
                "administrative",
                "association",
                "corruption",
                "cyber",
                "debt_or_cheque",
                "drugs",
                "embezzlement",
                "extremism",
                "family_or_moral",
                "fraud",
                "homicide",
                "insult",
                "international_crime",
                "military",
                "money_laundering",
                "organised_crime",
                "other",
                "property",
                "public_order",
                "separatism",
                "sexual",
                "speech",
                "tax",
                "terrorism",
                "trafficking",
                "treason",
                "violence",
            ]
        ]
        | None
    ) = Field(None, description="What sort of offence it is.")
    conduct: str | None = Field(None, description="The conduct alleged, in plain words.")
    conduct_from: Day = Field(None, description="When the conduct is said to have begun.")
    provision: str | None = Field(None, description="The article of law, as cited.")
    maximum_penalty_months: Stated[Count] | None = Field(
        None, description="The longest prison term possible, in months."
    )
    sentence_months: Stated[Count] | None = Field(None, description="The sentence, in months.")
    remaining_months: Stated[Count] | None = Field(None, description="What is left to serve, in months.")
    death_possible: Flag = Field(None, description="Whether it can carry death.")
    personal_act_stated: Flag = Field(
        None, description="Whether the papers say what this person did, when and where."
    )
    violent_act_alleged: Flag = Field(
        None, description="Whether it says that the person did something violent."
    )
    victim_identified: Flag = Field(None, description="Whether an identified victim is named.")
    victim_evidence: Flag = Field(
        None, description="Whether forensic or independent evidence speaks for the victim."
    )
    loss_audited: Flag = Field(None, description="Whether a loss is stated and audited.")
    independent_complainants: Flag = Field(
        None, description="Whether victims with no tie to the state complained."
    )
    lawful_if_true: Flag = Field(None, description="Whether the facts, if true, describe lawful conduct.")
    label_fits_facts: Flag = Field(None, description="Whether the legal label fits the acts and dates told.")
    crime_in_requested_state: Flag = Field(None, description="Dual criminality.")
    serious_crime_link: Flag = Field(None, description="Whether linked to serious or organised crime.")
    small_or_local: Flag = Field(
        None, description="Whether the matter is minor, old or of local interest only."
    )
    group_listed_abroad: Flag = Field(
        None, description="For terrorism: whether independent states or the UN list the group."
    )


class Prosecution(Record):
    """How the case has been built and run in the requesting state."""

    opened_on: Day = Field(None, description="When the investigation file was opened.")
    driven_by: (
        Stated[
            Literal[
                "judge",
                "military",
                "ordinary_prosecutor",
                "party_body",
                "private_complainant",
                "security_service",
                "special_unit",
            ]
        ]
        | None
    ) = Field(None, description="Who runs the case.")
    comparable_people_charged: Flag = Field(
        None, description="Whether similarly placed people were charged alike."
    )
    real_interest_elsewhere: Flag = Field(
        None, description="Whether what officials ask for concerns another matter."
    )
    wanted_as_witness: Flag = Field(None, description="Whether the aim is testimony against somebody else.")
    evidence_found_fabricated: Flag = Field(
        None, description="Whether a court or expert found evidence missing or forged."
    )
    rests_on_pressured_accused: Flag = Field(
        None, description="Whether only detained co-accused or paid informants accuse."
    )
    threatened_before_opened: Flag = Field(
        None, description="Whether somebody warned of a case unless the person complied."
    )
    documents_differ: Flag = Field(
        None, description="Whether notice, warrant and request tell different stories."
    )
    counts_added_after_resistance: Flag = Field(
        None, description="Whether heavier counts came after a refusal, a win or asylum."
    )
    new_case_when_one_failed: Flag = Field(
        None, description="Whether a new case was opened after one had failed."
    )
    tried_for_other_matters: Flag = Field(
        None, description="Whether officials name matters outside the request, or speciality broke."
    )
    dormant_then_revived: Flag = Field(
        None, description="Whether it lay still for years and was reopened when useful."
    )
    new_evidence_on_reopening: Flag = Field(None, description="Whether it was reopened on new evidence.")
    on_mass_list: Flag = Field(None, description="Whether the person is on a list of exiles.")
    same_text_for_others: Flag = Field(None, description="Whether the same text was used for other people.")
    evidence_is_membership: Flag = Field(
        None, description="Whether the evidence is belonging, an app, an account or a school."
    )
    associates_charged: Flag = Field(
        None, description="Whether staff, lawyers or partners of one target are all charged."
    )
    complainant_connected: Flag = Field(
        None, description="Whether the accuser or the one who gains is close to those in charge."
    )
    used_for_collection: Flag = Field(None, description="Whether the alert serves to collect money.")
    legal_assistance_requested: Flag = Field(
        None, description="Whether evidence or testimony was asked for by treaty."
    )
    evidence_from_outside: Flag = Field(
        None, description="Whether bank, server or audit proof comes from outside that state."
    )
    parallel_investigation: Flag = Field(
        None, description="Whether an independent state investigates the same acts itself."
    )
    court_approved_deal: Flag = Field(
        None, description="Whether a deal is in writing, with counsel, approved by a court."
    )
    interest_ended_with_third_person: Flag = Field(
        None, description="Whether interest faded once the third person was dealt with."
    )


class ThirdPerson(Item):
    """Somebody else whose fate is bound up with the case."""

    label: str | None = Field(None, description="How the file calls that person; never scored.")
    tie: (
        Stated[Literal["associate", "co_accused", "employer", "friend", "patron", "relative", "none"]] | None
    ) = Field(None, description="What ties the person sought to them.")
    fell_from_favour: Flag = Field(
        None, description="Whether an official or tycoon who lost the favour of those in power."
    )
    political_target: Flag = Field(None, description="Whether a fallen official, rival or opposition figure.")
    arrested_on: Day = Field(None, description="When that person was arrested.")
    convicted_on: Day = Field(None, description="When that person was convicted.")


class Event(Item):
    """Something that happened, on the time line of the case."""

    kind: Literal[
        "agents_or_investigators_in_host_state",
        "alliance_or_swap_talks",
        "asylum_claim",
        "change_of_power",
        "civil_award_against_accuser",
        "exposed_wrongdoing",
        "hearing",
        "lured_or_moved_to_third_state",
        "media_attack",
        "official_declares_guilt",
        "official_states_political_aim",
        "other",
        "person_located",
        "public_criticism",
        "refusal_to_cooperate",
        "refusal_to_return",
        "refusal_to_testify",
        "removal_by_immigration_route",
        "return_campaign",
        "surveillance_or_visit",
    ] = Field(description="What sort of event it is.")
    about: Literal["client", "relative", "third_person", "state", "case"] = Field(
        "client", description="Whom or what it is about."
    )
    what: str | None = Field(None, description="What happened, in plain words.")


class Contact(Item):
    """A call, message or visit: who, on whose behalf, to whom, and what was said."""

    caller: (
        Stated[
            Literal[
                "agent",
                "business_figure",
                "consulate",
                "creditor",
                "diaspora_body",
                "friend",
                "investigator",
                "lawyer",
                "official",
                "police",
                "private_investigator",
                "relative",
                "security_officer",
                "stranger",
            ]
        ]
        | None
    ) = Field(None, description="Who called, wrote or came.")
    asked_by_officials: Flag = Field(None, description="Whether officials had asked the caller to speak.")
    caller_under_pressure: Flag = Field(
        None, description="Whether the state had lately acted against the caller."
    )
    to: Literal["client", "lawyer", "relative", "friend", "employer"] = Field(
        "client", description="Whom they spoke to."
    )
    channel: Literal["call", "message", "visit", "letter", "meeting"] | None = Field(
        None, description="How they did it."
    )
    recorded: Flag = Field(None, description="Whether a recording or the message itself exists.")
    said: str | None = Field(None, description="What was said, in plain words or verbatim.")
    urged: tuple[
        Literal["return", "testify", "pay", "transfer_property", "confess", "drop_defence", "silence"],
        ...,
    ] = Field((), description="What the person was pressed to do.")
    offered: tuple[Literal["drop_charges", "cancel_notice", "free_relative", "leniency", "safety"], ...] = (
        Field((), description="What was promised in return.")
    )
    threatened: tuple[
        Literal["harm_to_relatives", "new_charges", "prison", "ruin", "violence", "tightening", "removal"],
        ...,
    ] = Field((), description="What was threatened.")
    deadline_days: Stated[Count] | None = Field(None, description="Days given to comply.")
    other_matter: Flag = Field(
        None, description="Whether what was asked concerns a matter not in the notice."
    )
    about_third_person: Flag = Field(
        None, description="Whether what was asked concerns a third person's case."
    )
    official_channel: Flag = Field(
        None, description="Whether it went through treaty channels or with the host state's leave."
    )
    same_message_as_others: Flag = Field(None, description="Whether other callers brought the same message.")


class RelativeMeasure(Item):
    """Something that was done, or threatened, to a relative or a person close to the client."""

    relation: Stated[
        Literal[
            "aunt_or_uncle", "brother", "child", "cousin", "family", "friend", "grandparent",
            "in_law", "parent", "partner", "sister", "spouse", "other",
        ]
    ] | None = Field(None, description="Who it is to the person.")  # fmt: skip
    measure: (
        Stated[
            Literal[
                "assets_frozen",
                "carried_message",
                "charged",
                "convicted",
                "detained",
                "disappeared",
                "dismissed",
                "exit_ban",
                "harmed",
                "home_lost",
                "interrogated",
                "released",
                "school_or_benefit_refused",
                "threatened",
            ]
        ]
        | None
    ) = Field(None, description="What was done or threatened.")
    own_conduct_explains: Flag = Field(
        None, description="Whether a case of the relative's own, with evidence, explains it."
    )
    judge_controlled: Flag = Field(None, description="Whether a judge controls it.")
    older_than_refusal: Flag = Field(
        None, description="Whether it began before the person refused to return or testify."
    )
    under_orders: Flag = Field(None, description="Whether the relative acted on the orders of officials.")


class Proceeding(Item):
    """A proceeding, in any state, that touches the case."""

    kind: Stated[
        Literal[
            "administrative", "arbitration", "asylum", "ccf", "civil", "criminal", "extradition",
            "family", "immigration", "insolvency", "regional_court", "un_body",
        ]
    ] | None = Field(None, description="What sort of proceeding it is.")  # fmt: skip
    state: State | None = Field(None, description="In which state it runs.")
    same_facts: Flag = Field(None, description="Whether on the same facts as the charges.")
    by_victims: Flag = Field(
        None, description="Whether brought by victims with no tie to the requesting state."
    )
    notice_cited: Flag = Field(
        None, description="Whether an authority cited the notice as proof of crime or danger."
    )
    for_political_case: Flag = Field(None, description="Whether it chases the assets of an opponent.")
    pending: Flag = Field(None, description="Whether it is still going on.")


class Decision(Item):
    """What a body decided, on what grounds, and how independent it is."""

    body: (
        Stated[
            Literal[
                "appeal_court",
                "asylum_authority",
                "ccf",
                "court",
                "interpol_secretariat",
                "ministry",
                "national_police",
                "prosecutor",
                "regional_court",
                "tribunal",
                "un_body",
            ]
        ]
        | None
    ) = Field(None, description="Who decided.")
    state: State | None = Field(None, description="Whose body it is; none for INTERPOL or the UN.")
    about: Literal["client", "co_accused", "relative", "third_person"] = Field(
        "client", description="Whose matter it was."
    )
    matter: Stated[
        Literal[
            "alert", "arrest_on_alert", "asylum", "civil_claim", "criminal_charge", "extradition",
            "human_rights", "interim_measure",
        ]
    ] | None = Field(None, description="What it was about.")  # fmt: skip
    outcome: (
        Stated[
            Literal[
                "acquitted",
                "blocked",
                "convicted",
                "declined_to_act",
                "deleted",
                "discontinued",
                "excluded",
                "granted",
                "kept",
                "no_violation",
                "refused",
                "transferred",
                "violation_found",
                "withdrawn",
            ]
        ]
        | None
    ) = Field(None, description="What was decided.")
    grounds: tuple[
        Literal[
            "death_penalty",
            "discrimination",
            "evidence",
            "fair_trial",
            "form",
            "merits",
            "ne_bis_in_idem",
            "no_offence",
            "nationality",
            "other_rights",
            "political",
            "private_matter",
            "refugee",
            "resources",
            "time_bar",
            "torture",
        ],
        ...,
    ] = Field((), description="The grounds that it gave.")
    final: Flag = Field(None, description="Whether no appeal is open any more.")
    same_facts: Flag = Field(None, description="Whether on the same acts as the charges.")
    weighed_motive_and_risk: Flag = Field(
        None, description="Whether it heard and weighed political motive and risk."
    )
    contested_with_counsel: Flag = Field(
        None, description="For a conviction: whether contested, with counsel, and open to appeal."
    )
    applies_to_person: Flag = Field(
        None, description="For a co-accused: whether the ground fits this person too."
    )


class Protection(Record):
    """Asylum and other protection against the requesting state."""

    status: (
        Stated[Literal["refugee", "subsidiary", "pending", "refused", "excluded", "revoked", "none"]] | None
    ) = Field(None, description="What was decided on asylum or other protection.")
    against_requesting_state: Flag = Field(
        None, description="Whether it protects against the state that asks for the person."
    )
    state: State | None = Field(None, description="The state that protects, or was asked to.")
    applied_on: Day = Field(None, description="When it was asked for.")
    granted_on: Day = Field(None, description="When it was granted.")
    refused_on_merits: Flag = Field(
        None, description="Whether refused or excluded after a full hearing, with reasons."
    )


class TravelDocument(Item):
    """A passport or other paper, and what was done to it."""

    kind: Literal["passport", "identity_card", "citizenship", "visa", "civil_papers"] = Field(
        "passport", description="Which paper it is."
    )
    measure: Stated[
        Literal[
            "renewal_refused", "reported_lost_or_stolen", "revoked", "seized", "service_refused",
            "stripped",
        ]
    ] | None = Field(None, description="What was done to it.")  # fmt: skip
    by: Stated[Literal["requesting_state", "requested_state", "other"]] | None = Field(
        None, description="Who did it."
    )
    in_hand: Flag = Field(None, description="Whether the paper was with its owner, never reported lost.")
    court_ordered: Flag = Field(None, description="Whether a court ordered it.")
    tied_to_return: Flag = Field(
        None, description="Whether service was refused unless the person comes home."
    )


class Asset(Item):
    """Property, a company or an account, and what was done to it."""

    kind: Literal["account", "company", "property", "shares", "other"] = Field(
        "property", description="What sort of property it is."
    )
    measure: (
        Stated[Literal["closed", "frozen", "seized", "sold", "taken_over", "traced", "transferred"]] | None
    ) = Field(None, description="What was done to it.")
    before_verdict: Flag = Field(None, description="Whether it was done before any verdict.")
    beneficiary_connected: Flag = Field(
        None, description="Whether a rival, insider or state body gained by it."
    )
    because_of_alert: Flag = Field(None, description="Whether a bank closed it over the alert.")
    court_supervised: Flag = Field(None, description="Whether a court preserves it for victims.")


class Trial(Record):
    """The trial behind a conviction, or the one that awaits the person."""

    in_absence: Flag = Field(None, description="Whether the person was convicted while absent.")
    retrial_right: Flag = Field(None, description="Whether a full retrial is guaranteed.")
    told_of_case: Flag = Field(None, description="Whether the person was told of the case.")
    able_to_attend: Flag = Field(None, description="Whether the person could have been there.")
    special_or_closed: Flag = Field(None, description="Whether before a military, security or closed court.")


class Assurances(Record):
    """Diplomatic assurances on treatment after surrender."""

    given: Flag = Field(None, description="Whether that state gave assurances.")
    specific: Flag = Field(None, description="Whether they are about this person and this danger.")
    binding: Flag = Field(None, description="Whether they bind those who would hold the person.")
    monitored: Flag = Field(None, description="Whether somebody independent may check them.")
    kept_before: Flag = Field(None, description="Whether earlier ones were kept.")


class Risk(Record):
    """What surrender would bring, whatever the motive."""

    torture_reported: Flag = Field(
        None, description="Whether reliable bodies report ill-treatment where he would be held."
    )
    ill_treated_before: Flag = Field(
        None, description="Whether the person or close associates were ill-treated."
    )
    incommunicado: Flag = Field(
        None, description="Whether law or practice allows long custody without lawyer or judge."
    )
    courts_independent: Flag = Field(None, description="Whether judges are independent in this type of case.")
    lawyer_obstructed: Flag = Field(
        None, description="Whether defence lawyers there are arrested, disbarred or shut out."
    )
    evidence_by_duress: Flag = Field(None, description="Whether key evidence comes from ill-treatment.")
    assurances: Assurances = Field(default_factory=Assurances)


class StateContext(Item):
    """A sourced, dated report about the requesting state, for or against it."""

    report: Literal[
        "misuse_pattern", "no_independent_courts", "independent_courts", "assurances_kept",
        "no_misuse_pattern",
    ] = Field(description="What the report says of the state.")  # fmt: skip
    same_kind_of_case: Flag = Field(None, description="Whether the report is about cases of this kind.")

    @model_validator(mode="after")
    def _sourced_and_dated(self) -> StateContext:
        if self.source is None or self.happened is None:
            raise ValueError("a report about a state needs its source and date; add both")
        return self


class Consent(Record):
    """The person's consent, and the lawful basis on which the data are held."""

    given: bool | None = Field(None, description="Whether the person agreed.")
    given_on: PartialDate | None = Field(None, description="When.")
    scope: str | None = Field(None, description="To what.")
    lawful_basis: Literal[
        "consent", "legal_claims", "legitimate_interests", "national_law", "vital_interests"
    ] | None = Field(None, description="On what lawful basis the data are held.")  # fmt: skip


class Confidence(Record):
    """A part of the case that somebody must not see."""

    path: str = Field(description="Path of the part, such as `relatives` or `person.residence`.")
    not_to_be_seen_by: tuple[Party, ...]


class Case(Record):
    """One person, one request: everything that a screening reads.

    `complete` names the lists that hold everything there is of their kind; only of such a list
    can it be said that something is not on it.
    """

    case_id: str = Field(min_length=1, max_length=200)
    as_of: PartialDate | None = Field(
        None, description="The day up to which this file tells; what is undated was known by then."
    )
    party: Party = Field(Party.CLIENT, description="Who vouches where nothing else is said.")
    requesting_state: State | None = Field(None, description="Never scored.")
    requested_state: State | None = Field(None, description="Never scored.")
    person: Person = Field(default_factory=Person)
    custody: Custody = Field(default_factory=Custody)
    deadlines: tuple[Deadline, ...] = ()
    safety: Safety = Safety()
    notice: Notice = Field(default_factory=Notice)
    other_alerts: tuple[Notice, ...] = ()
    request: Request = Field(default_factory=Request)
    charges: tuple[Charge, ...] = ()
    prosecution: Prosecution = Field(default_factory=Prosecution)
    third_persons: tuple[ThirdPerson, ...] = ()
    events: tuple[Event, ...] = ()
    contacts: tuple[Contact, ...] = ()
    relatives: tuple[RelativeMeasure, ...] = ()
    proceedings: tuple[Proceeding, ...] = ()
    decisions: tuple[Decision, ...] = ()
    protection: Protection = Field(default_factory=Protection)
    travel_documents: tuple[TravelDocument, ...] = ()
    assets: tuple[Asset, ...] = ()
    trial: Trial = Field(default_factory=Trial)
    risk: Risk = Field(default_factory=Risk)
    context: tuple[StateContext, ...] = ()
    documents: tuple[DocumentNote, ...] = ()
    consent: Consent = Field(default_factory=Consent)
    confidentiality: tuple[Confidence, ...] = ()
    complete: tuple[str, ...] = Field((), description="Lists that hold all there is.")
