"""Whether a fit can start from a trained model's network, told before either is loaded."""

from collections.abc import Iterator
from typing import Any

from clustering.params.base import MethodParams, NetParams
from clustering.params.bootstrap import BootstrapParams
from clustering.params.cc import CCParams
from clustering.params.deep import PretrainedParams
from clustering.params.deepclue import DeepCluEParams
from clustering.params.problem import PLAIN, Beside, Problem

Shape = tuple[int, ...]
OF_HEADS = {"n_clusters", "net", "input_size", "sobel", "projector", "hidden"}
"""Fields that decide the shape of heads over a network and what the network sees."""


def initial_problems(
    params: MethodParams,
    trained: MethodParams,
    *,
    shape: Shape | None,
    trained_shape: Shape,
    besides: tuple[Beside, Beside] = (PLAIN, PLAIN),
) -> list[Problem]:
    """All reasons why a fit with these params cannot take over the network of a trained model.

    Embedding, samples and architecture have to be the model's, of heads the clusters too; of a model that
    learned from a slow copy no projector is taken over, so that any other goes with its encoder.

    Args:
        params: of the fit.
        trained: what the model was trained with.
        shape: of one sample of the fit as stored; None while that is unknown.
        trained_shape: of one that the model takes, as stored.
        besides: what the data set holds beside one picture of each sample, and what the model's did.
    """
    if isinstance(params, DeepCluEParams) and isinstance(trained, CCParams):
        found = list(_heads(params, trained))
    elif isinstance(params, PretrainedParams) and isinstance(trained, NetParams):
        found = list(_architecture(params, trained))
    else:
        return [_other_kind(params, trained)]
    if shape is not None and shape != trained_shape:
        message = f"The initial model takes {_size(trained_shape)}; the data set has {_size(shape)}."
        found.append(Problem("/initial_model", "model_mismatch", message, None))
    elif shape is not None and params.reads_modalities and besides[0] != besides[1]:
        message = f"The initial model takes {_parts(besides[1])}; the data set has {_parts(besides[0])}."
        found.append(Problem("/initial_model", "model_mismatch", message, None))
    return found


def _other_kind(params: MethodParams, trained: MethodParams) -> Problem:
    if isinstance(params, DeepCluEParams):
        message = f"{params.title} starts from a model of CC; the initial model is of {trained.title}."
        return Problem("/initial_model", "needs_contrast", message, None)
    if isinstance(params, PretrainedParams):
        message = f"{params.title} cannot start from a model of {trained.title}, which has no network."
        return Problem("/initial_model", "needs_network", message, None)
    return Problem("/method", "starts_afresh", f"{params.title} starts from no trained model.", None)


def _heads(params: DeepCluEParams, trained: CCParams) -> Iterator[Problem]:
    met, accepted = (given.model_dump(mode="json", include=OF_HEADS) for given in (params, trained))
    for name, value in accepted.items():
        if met[name] != value:
            message = f"The initial model has {name} {value}; the spec asks for {met[name]}."
            yield Problem(f"/{name}", "model_mismatch", message, {"enum": [value]})


def _architecture(params: NetParams, trained: NetParams) -> Iterator[Problem]:
    accepted, met = _taken_over(trained, trained), _taken_over(params, trained)
    if met != accepted:
        message = f"The initial model's network is {_said(accepted)}; the spec asks for {_said(met)}."
        values = {"enum": [trained.net.model_dump(mode="json")]}
        yield Problem("/net", "model_mismatch", message, values)
    if params.embedding_dim != trained.embedding_dim:
        message = (
            f"The initial model's embedding is {trained.embedding_dim} wide; "
            f"the spec asks for {params.embedding_dim}."
        )
        yield Problem("/embedding_dim", "model_mismatch", message, {"enum": [trained.embedding_dim]})


def _taken_over(params: NetParams, trained: NetParams) -> dict[str, Any]:
    """What of an architecture has to be the trained one's."""
    return params.net.model_dump(
        mode="json", exclude={"projector"} if isinstance(trained, BootstrapParams) else None
    )


def _said(net: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in net.items())


def _size(shape: Shape) -> str:
    return f"images of {'×'.join(map(str, shape))}" if len(shape) > 1 else f"vectors of {shape[0]} values"


def _parts(beside: Beside) -> str:
    return f"{beside.views} view(s) and {beside.attributes} attribute(s) of a sample"
