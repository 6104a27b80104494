"""The front of the river: files, folders, texts and mappings, each to a case and its documents."""

from redflag.intake.loading import Intake, load, load_case

__all__ = ["Intake", "load", "load_case"]
