"""`redflag schema`: the shape of a case and of an assessment, for forms and for machines."""

from __future__ import annotations

import argparse

from redflag.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    schema = commands.add_parser("schema", help="print a JSON Schema", allow_abbrev=False)
    schema.add_argument("what", choices=("case", "assessment"))
    schema.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    import json

    from redflag.assessment import Assessment
    from redflag.case import Case

    if arguments.what == "case":
        schema = Case.model_json_schema()
    else:
        schema = Assessment.model_json_schema(mode="serialization")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0
