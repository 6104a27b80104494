"""`redflag schema`: the shapes of a case, an assessment and a reading, for forms and for machines."""

from __future__ import annotations

import argparse

from redflag.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    schema = commands.add_parser("schema", help="print a JSON Schema", allow_abbrev=False)
    schema.add_argument("what", choices=("case", "assessment", "reading"))
    schema.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    import json

    from redflag.case import Case
    from redflag.reading import DocumentsRead
    from redflag.report import json_schema

    if arguments.what == "case":
        schema = Case.model_json_schema()
    elif arguments.what == "reading":
        schema = DocumentsRead.model_json_schema(mode="serialization")
    else:
        schema = json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0
