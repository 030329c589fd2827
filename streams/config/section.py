"""What all sections of the file have in common."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Section(BaseModel):
    """A mapping of the file: frozen, no key that is not known, a key without a value left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_written_is_left_out(cls, given: object) -> object:
        """`title:` with nothing behind it is the same as no `title`; so is a section of nothing."""
        if given is None:
            return {}
        if isinstance(given, dict):
            return {key: value for key, value in given.items() if value is not None}
        return given

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The defaults as they are written in a file: `4h`, not microseconds."""
        schema = handler(core_schema)
        described = handler.resolve_ref_schema(schema)
        defaults = cls.model_construct()
        written: dict[str, Any] = defaults.model_dump(
            mode="json", exclude_none=True, warnings=False
        )
        for key, value in described.get("properties", {}).items():
            value.pop("title", None)
            if "default" in value:
                value["default"] = written.get(key)
        return schema
