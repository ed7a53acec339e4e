"""Types of records, facts and findings: no git, no YAML, no pandas, no clock."""

from .artifact import ARTIFACTS, Artifact, Dataset
from .base import Model
from .experiment import Experiment
from .facts import FACTS
from .findings import DETAILS, Finding
from .model_card import ModelCard
from .policy import Channel, Owners, Policy, Taxonomy
from .project import Project
from .settings import FORMAT, Settings

RECORDS: dict[str, type[Model]] = {
    **ARTIFACTS,
    "model_cards": ModelCard,
    "channels": Channel,
    "policies": Policy,
    "projects": Project,
    "experiments": Experiment,
    "owners": Owners,
    "taxonomy": Taxonomy,
    "settings": Settings,
}
"""Every kind of record and its model."""

__all__ = [
    "ARTIFACTS",
    "DETAILS",
    "FACTS",
    "FORMAT",
    "RECORDS",
    "Artifact",
    "Channel",
    "Dataset",
    "Experiment",
    "Finding",
    "Model",
    "ModelCard",
    "Owners",
    "Policy",
    "Project",
    "Settings",
    "Taxonomy",
]
