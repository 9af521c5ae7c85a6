"""The YAML files beside this module, each as the model of its page's words."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

HERE = Path(__file__).parent


class Words(BaseModel):
    """A word that no model names is a mistake: nobody would ever read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Words)


def read(name: str, model: type[Model]) -> Model:
    return model.model_validate(YAML(typ="safe", pure=True).load(HERE / name))
