"""Usual answers to models: for each model a function, written once from its fields, that takes what mostly comes.

It is a few comparisons where the general conversion tries one type after another, and it gives up rather than judge:
whatever it does not know by sight is left to the conversion, with all that is to be said about it.
"""

from collections.abc import Callable
from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from openapi_client.model_utils import ModelNormal

Decoder = Callable[[dict[str, Any]], "ModelNormal | None"]

_SCALARS: Final = (bool, int, str)


class LazyDecoder:
    """A model's decoder, as an attribute of its class: made when it is first asked for."""

    def __get__(self, model: object, owner: "type[ModelNormal]") -> Decoder:
        made = _decoder(owner) or _give_up
        owner._decode = staticmethod(made)  # type: ignore[assignment] # in the place of this attribute
        return made


def _give_up(_: dict[str, Any]) -> None:
    """The decoder of a model with a field of a kind that there is no quicker way for."""


def _decoder(model: "type[ModelNormal]") -> Decoder | None:
    """A function that makes a model of a JSON object just as its schema says, and gives None for any other.

    It keeps the object as the model's data, and may have made models of what is in it when it gives up.
    """
    names: dict[str, Any] = {"model": model, "new": model.__new__, "put": object.__setattr__}
    names |= {"parse": datetime.fromisoformat, "datetime": datetime}
    reads, checks, makes = [], [], []
    for number, field in enumerate(model._fields.values()):
        value, key = f"value_{number}", repr(field.name)
        reads.append(f"{value} = data[{key}]")
        if field.accepted in ((kind,) for kind in _SCALARS):
            checks.append(f"type({value}) is {field.accepted[0].__name__}")
        elif field.accepted in ((kind, NoneType) for kind in _SCALARS):
            checks.append(f"({value} is None or type({value}) is {field.accepted[0].__name__})")
        elif field.accepted == (datetime,):
            checks.append(f"type({value}) is str and ({value} := parse({value})).tzinfo")
            makes.append(f"data[{key}] = {value}")
        elif field.required and field.model is not None:
            names[f"decode_{number}"] = field.model._decode
            checks.append(f"type({value}) is dict and ({value} := decode_{number}({value})) is not None")
            makes.append(f"data[{key}] = {value}")
        else:
            return None
    source = "\n".join(
        (
            "def decode(data):",
            "    try:",
            *(f"        {line}" for line in reads),
            f"        if not ({' and '.join((f'len(data) == {len(reads)}', *checks))}):",
            "            return None",
            "    except (KeyError, ValueError):",
            "        return None",
            *(f"    {line}" for line in makes),
            "    made = new(model)",
            "    put(made, '_data_store', data)",
            "    return made",
        )
    )
    exec(source, names)  # noqa: S102 - of names that are annotations of a class
    made: Decoder = names["decode"]
    return made
