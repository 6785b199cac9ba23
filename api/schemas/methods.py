"""Methods as they travel."""

from api.schemas.base import JsonObject, Out
from clustering.params import MethodParams


class MethodOut(Out):
    """A method: what it is, what it yields, and the JSON schema of its spec.

    `artifacts` and `curves` say what the files and series of those names are that its results may have beside
    what every method's have.
    """

    name: str
    title: str
    summary: str
    paper: str
    kind: str
    supports: list[str]
    accepts: list[str]
    needs_gpu: bool
    max_samples: int | None
    artifacts: dict[str, str]
    curves: dict[str, str]
    defaults: JsonObject
    json_schema: JsonObject
    links: dict[str, str]


def method_out(name: str, params: type[MethodParams]) -> MethodOut:
    """The wire form of a params class; required fields have no default."""
    fields = params.model_fields.items()
    given = {
        key: field.get_default(call_default_factory=True) for key, field in fields if not field.is_required()
    }
    return MethodOut(
        name=name,
        title=params.title,
        summary=(params.__doc__ or "").strip().partition("\n")[0],
        paper=params.paper,
        kind=params.kind,
        supports=sorted(params.supports),
        accepts=sorted(params.accepts),
        needs_gpu=False,
        max_samples=params.max_samples,
        artifacts=dict(params.artifacts),
        curves=dict(params.curves),
        defaults=given,
        json_schema=params.model_json_schema(),
        links={"self": f"/v1/methods/{name}"},
    )
