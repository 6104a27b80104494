"""`redflag train`, `redflag evaluate` and `redflag model`: the classifier, how it is made and judged."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redflag.cli.arguments import Commands, counted, pack_of, tell, with_rules
from redflag.errors import Fault, Location, ModelError

if TYPE_CHECKING:
    from redflag.training import Trained
    from redflag.training.tagger import TrainedTagger


def add_to(commands: Commands) -> None:
    """Add the three subcommands."""
    train = commands.add_parser("train", help="train the classifier again", allow_abbrev=False)
    _with_data(train)
    with_rules(train)
    train.add_argument("--output", metavar="DIR", type=Path, help="where to write; DATA/model if not given")
    train.add_argument(
        "--check",
        action="store_true",
        help="write nothing; 1 if the coefficients are not those that are there",
    )
    train.add_argument(
        "--tagger",
        action="store_true",
        help="the sentence tagger instead, from authored and marked sentences",
    )
    train.set_defaults(run=_train)

    evaluate = commands.add_parser(
        "evaluate", help="judge the classifier on documented cases", allow_abbrev=False
    )
    _with_data(evaluate)
    with_rules(evaluate)
    evaluate.add_argument(
        "--cases", metavar="FILE", type=Path,
        help='the shipped model on cases of your own: lines of {"case": {...}, "label": 1}, 1 for improper',
    )  # fmt: skip
    evaluate.add_argument(
        "--locked", action="store_true", help="open the locked cases: once, at the very end"
    )
    evaluate.add_argument(
        "--tagger", action="store_true", help="train and judge the sentence tagger; writes its data sheet"
    )
    evaluate.add_argument(
        "--families",
        action="store_true",
        help="how well families are found in texts alone, beside what people marked; writes it down",
    )
    evaluate.add_argument("--fast", action="store_true", help="few repeats and resamples, nothing written")
    evaluate.add_argument(
        "--output", metavar="DIR", type=Path, help="where to write; DATA/model if not given"
    )
    evaluate.set_defaults(run=_evaluate)

    model = commands.add_parser("model", help="the shipped classifier", allow_abbrev=False)
    deeds = model.add_subparsers(metavar="DEED", required=True, parser_class=type(model))
    card = deeds.add_parser("card", help="its model card", allow_abbrev=False)
    card.set_defaults(run=_card)
    show = deeds.add_parser("show", help="its columns and numbers", allow_abbrev=False)
    show.set_defaults(run=_show)
    agreed = deeds.add_parser(
        "agreement", help="how far two codings of the same cases agree", allow_abbrev=False
    )
    _with_data(agreed)
    agreed.set_defaults(run=_agreement)
    counts = deeds.add_parser("counts", help="what the documented cases are made up of", allow_abbrev=False)
    _with_data(counts)
    counts.set_defaults(run=_counts)


def _with_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="labels.csv and cases/; the project's own if not given"
    )


def _folder(arguments: argparse.Namespace) -> Path:
    from redflag.training.data import training_folder

    given: Path | None = arguments.data
    return training_folder() if given is None else given


def _trained(arguments: argparse.Namespace) -> Trained:
    from redflag.training import train

    return train(_folder(arguments), rules=pack_of(arguments.rules))


def _train(arguments: argparse.Namespace) -> int:
    if arguments.tagger:
        return _train_tagger(arguments)
    from redflag.model import read_model
    from redflag.training.fit import TOLERANCE, coefficients_of

    trained = _trained(arguments)
    folder = arguments.output or _folder(arguments) / "model"
    if arguments.check:
        kept = dict(coefficients_of(read_model(folder / "model.json")))
        made = dict(coefficients_of(trained.model))
        apart = {name: abs(kept.get(name, 9e9) - made.get(name, 9e9)) for name in {*kept, *made}}
        wrong = sorted(name for name, difference in apart.items() if difference > TOLERANCE)
        for name in wrong:
            print(f"{name}: {kept.get(name)} → {made.get(name)}")
        print(f"{counted(len(apart), 'number')} compared, {len(wrong)} apart by more than {TOLERANCE:g}")
        return 1 if wrong else 0
    trained.write(folder)
    model = trained.model
    print(f"{counted(model.cases, 'case')}, {model.improper} improper")
    print(f"layout {model.layout}, penalty {model.penalty:g}")
    print(f"stack: {model.stack.intercept:+.4f} + {model.stack.rules:.4f} R + {model.stack.classifier:.4f} C")
    print(f"model {model.digest_}")
    return 0


def _trained_tagger(arguments: argparse.Namespace) -> TrainedTagger:
    from redflag.pack import shipped_pack_folder
    from redflag.training.doors import SEED
    from redflag.training.tagger import train_tagger

    lexicons = shipped_pack_folder() / "lexicons"
    return train_tagger(_folder(arguments), pack_of(arguments.rules), lexicons, seed=SEED)


def _train_tagger(arguments: argparse.Namespace) -> int:
    from redflag.signals import read_tagger
    from redflag.training.tagger import TAGGER_TOLERANCE, apart, write_tagger

    made = _trained_tagger(arguments).tagger
    path = (arguments.output or _folder(arguments) / "model") / "tagger"
    if arguments.check:
        differing = apart(made, read_tagger(path))
        for language, most in differing.items():
            print(f"{language}: {most:g} apart at most")
        return 1 if max(differing.values(), default=0.0) > TAGGER_TOLERANCE else 0
    write_tagger(path, made)
    for one in made.weights.values():
        families = ", ".join(group.id for group in one.groups)
        print(f"{one.language}: {counted(one.sentences, 'sentence')}, {families}")
    print(f"tagger {made.digest}")
    return 0


def _evaluate_tagger(arguments: argparse.Namespace) -> int:
    from redflag.training.tagger import write_tagger
    from redflag.training.tagger_evaluation import datasheet, evaluate_tagger

    trained = _trained_tagger(arguments)
    told = datasheet(evaluate_tagger(trained, pack_of(arguments.rules).lexicons))
    sys.stdout.write(told)
    if not arguments.fast:
        write_tagger((arguments.output or _folder(arguments) / "model") / "tagger", trained.tagger)
        sheet = arguments.output or _folder(arguments) / "sentences"
        (sheet / "README.md").write_text(told, encoding="utf-8")
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    if arguments.tagger:
        return _evaluate_tagger(arguments)
    if arguments.cases is not None:
        if arguments.locked:
            raise ModelError(Fault("--locked is for the project's own cases", mend="leave out --cases"))
        _put(_own(arguments))
        return 0
    if arguments.families:
        return _families(arguments)
    from redflag.model import Model
    from redflag.training import evaluate
    from redflag.training.card import card
    from redflag.training.evaluation import FAST, Effort, opened_before

    if arguments.locked and arguments.fast:
        raise ModelError(Fault("the locked cases are opened once, in full", mend="leave out --fast"))
    folder = arguments.output or _folder(arguments) / "model"
    trained = _trained(arguments)
    before = _kept(folder / "evaluation.json")
    told = evaluate(
        trained,
        _folder(arguments),
        effort=FAST if arguments.fast else Effort(),
        locked=arguments.locked,
        progress=lambda what: tell(f"evaluating: {what}"),
    )
    if told["locked"] is None and before.get("model_digest") == told["model_digest"]:
        told["locked"] = before.get("locked")
        told["locked_before"] = before.get("locked_before", [])
    else:
        told["locked_before"] = opened_before(before, told["model_digest"])
    model: Model = trained.model
    sys.stdout.write(card(model, told))
    if not arguments.fast:
        trained.write(folder)
        (folder / "evaluation.json").write_text(
            json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        (folder / "card.md").write_text(card(model, told), encoding="utf-8")
    return 0


def _families(arguments: argparse.Namespace) -> int:
    from redflag.screening import Screener
    from redflag.training.doors import unseen
    from redflag.training.misread import ERRORS, read_errors
    from redflag.training.reading import (
        against_readers,
        as_tables,
        ceiling,
        families_found,
        families_marked,
        put_in_datasheet,
        read_marks,
    )
    from redflag.training.sentences import MARKS, signals_by_family

    data = _folder(arguments)
    path = (arguments.output or data / "model") / "families.json"
    pack = pack_of(arguments.rules)
    trained = _trained_tagger(arguments)
    by_phrases = Screener(pack, model=None, tagger=None)
    whole = Screener(pack, model=None, tagger=trained.tagger)

    held_out = unseen(trained, pack)
    readers = [read_marks(one) for one in sorted((data / "family_marks").glob("*.csv"))]
    told: dict[str, Any] = {
        "pack_digest": pack.digest,
        "tagger_digest": trained.tagger.digest,
        "development": families_found(held_out, data, "development"),
        "development_by_phrases": families_found(lambda _: by_phrases, data, "development"),
        "locked": families_found(lambda _: whole, data, "locked") if arguments.locked else None,
        "locked_by_phrases": (
            families_found(lambda _: by_phrases, data, "locked") if arguments.locked else None
        ),
    }
    if (data / MARKS).is_file():
        families = {one.id for one in pack.families}
        groups = {name: signals for name, signals in signals_by_family(pack).items() if name in families}
        told["marked_by_sentence"] = families_marked(data, groups)
    if len(readers) == 2:
        first, second = readers
        told["ceiling"] = ceiling(first, second, [one.id for one in pack.families])
        told["against_readers"] = against_readers(held_out, data, readers)
    before = _kept(path)
    if told["locked"] is None and all(
        before.get(name) == told[name] for name in ("pack_digest", "tagger_digest")
    ):
        told["locked"], told["locked_by_phrases"] = before.get("locked"), before.get("locked_by_phrases")
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    errors = read_errors(data / ERRORS) if (data / ERRORS).is_file() else ()
    tables = as_tables(told, errors)
    sys.stdout.write(tables)
    if arguments.output is None:
        put_in_datasheet(data / "README.md", tables)
    return 0


def _own(arguments: argparse.Namespace) -> Mapping[str, Any]:
    from redflag.model import shipped_model
    from redflag.training import evaluate_own

    model = shipped_model()
    if model is None:
        raise ModelError(Fault("no classifier is shipped", mend="train one: redflag train"))
    return evaluate_own(arguments.cases, model, pack_of(arguments.rules) if arguments.rules else None)


def _kept(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    from redflag.record import parse_json

    data = parse_json(path.read_text(encoding="utf-8"), str(path), ModelError).data
    return data if isinstance(data, dict) else {}


def _card(_arguments: argparse.Namespace) -> int:
    from redflag.model import shipped_model_folder

    path = shipped_model_folder() / "card.md"
    if not path.is_file():
        raise ModelError(Fault("there is no model card", Location(str(path)), "make it: redflag evaluate"))
    sys.stdout.write(path.read_text(encoding="utf-8"))
    return 0


def _show(_arguments: argparse.Namespace) -> int:
    from redflag.model import shipped_model

    model = shipped_model()
    if model is None:
        raise ModelError(Fault("no classifier is shipped", mend="train one: redflag train"))
    _put(model.model_dump(mode="json", by_alias=True))
    return 0


def _agreement(arguments: argparse.Namespace) -> int:
    from redflag.training.agreement import agreement

    folder = _folder(arguments)
    told = agreement(folder / "cases", folder / "second_coding")
    print("field, told by both, by either, alike where both tell, kappa")
    for one in told["fields"]:
        value = "" if one["kappa"] is None else f"{one['kappa']:.2f}"
        print(
            f"{one['field']}, {one['told_by_both']}, {one['told_by_either']}, "
            f"{one['alike_where_both_tell']}, {value}"
        )
    _put({name: value for name, value in told.items() if name != "fields"})
    return 0


def _counts(arguments: argparse.Namespace) -> int:
    from redflag.training.data import read_table

    lines = read_table(_folder(arguments) / "labels.csv")
    for what in ("gold", "placed", "outcome_type", "instrument", "hardness"):
        print(f"{what}:")
        for name in sorted({line[what] for line in lines}):
            own = [line for line in lines if line[what] == name]
            parts = ", ".join(
                f"{split} {sum(one['split'] == split and one['label'] == '1' for one in own)} improper, "
                f"{sum(one['split'] == split and one['label'] == '0' for one in own)} upheld"
                for split in ("development", "locked")
            )
            print(f"  {name or 'none'}: {parts}")
    return 0


def _put(told: Any) -> None:
    sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
