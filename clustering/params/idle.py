"""Fields of a spec that were given and change nothing. Imports without torch."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from clustering.params.base import MethodParams
from clustering.params.beads import BeadsParams
from clustering.params.brb import BRBParams
from clustering.params.dcn import DCNParams
from clustering.params.deep import (
    AuxiliaryParams,
    DeepParams,
    PretrainedParams,
    SelfLabelledParams,
)
from clustering.params.deepclue import DeepCluEParams
from clustering.params.problem import Problem
from clustering.params.training import Schedule

LAYERS = ("block_step", "reset_embedding", "reset_projector", "reset_batchnorm")
"""Fields about which layers a reset reaches."""

TRAINING = ("epochs", "lr", "optimizer", "schedule", "clip_norm", "observe_every")
"""Fields about how heads over a network are trained."""


class Rule(NamedTuple):
    """When some fields of a block have no effect, and why."""

    applies: bool
    names: Sequence[str]
    why: str


def idle_problems(params: MethodParams) -> Iterator[Problem]:
    """All fields that were given a value of their own and have no effect beside the others.

    The value that a field has by default is never one: stored specs name every field.
    """
    blocks = [(f"/{name}", value) for name, value in params if isinstance(value, Schedule)]
    for path, schedule in blocks:
        yield from _idle(path, schedule, [_of_schedule(schedule)])
    if isinstance(params, PretrainedParams):
        yield from _idle("", params, _of_pretraining(params))
    if isinstance(params, DeepCluEParams):
        yield from _idle("", params, _of_layers_clustered(params))
    if isinstance(params, BeadsParams):
        alone = params.augment is None and params.assign_by == "samples"
        yield from _idle("", params, [Rule(alone, ("assign_by",), "without views")])
    if isinstance(params, DCNParams):
        yield from _idle("", params, [_of_counts(params)])
    if isinstance(params, SelfLabelledParams):
        yield from _of_self_label(params)
    if isinstance(params, DeepParams) and params.brb is not None:
        yield from _idle("/brb", params.brb, _of_resets(params.brb, params))


def _idle(path: str, block: BaseModel, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Problems of the fields of a block, by the first rule that applies to each."""
    why = {name: rule.why for rule in reversed(rules) if rule.applies for name in rule.names}
    fields = type(block).model_fields
    for name in fields:
        usual = fields[name].default
        if name in why and name in block.model_fields_set and getattr(block, name) != usual:
            message = f"{name} has no effect {why[name]}; leave it out."
            yield Problem(f"{path}/{name}", "no_effect", message, {"enum": [to_jsonable_python(usual)]})


def _of_schedule(schedule: Schedule) -> Rule:
    why = f"on a decay of {schedule.decay}: only a decay by step takes steps"
    return Rule(schedule.decay != "step", ("steps", "step_factor"), why)


def _of_pretraining(params: PretrainedParams) -> list[Rule]:
    adopts, contrasts = params.initial_model is not None, params.net.type == "resnet"
    own = ("pretrain_lr", "pretrain_optimizer", "pretrain_schedule", "pretrain_augment", "layerwise")
    first = "pretrain_optimizer" if params.layerwise is None else ""
    taken = "with an initial model, which takes the place of the pretraining"
    rules = [
        Rule(adopts, own, taken),
        Rule(adopts and params.pretrain_epochs > 0, ("pretrain_epochs",), taken),
        Rule(
            params.pretrain_epochs == 0,
            ("pretrain_lr", "pretrain_schedule", "pretrain_augment", first),
            "without epochs of pretraining",
        ),
        Rule(contrasts, ("pretrain_augment",), "on a contrastive net, which always sees views"),
        Rule(not contrasts, ("temperature",), "on a net without a projector"),
    ]
    if isinstance(params, AuxiliaryParams):
        rules.append(Rule(contrasts, ("reconstruction_mean",), "on a contrastive net, which has no decoder"))
    return rules


def _of_layers_clustered(params: DeepCluEParams) -> list[Rule]:
    taken = "with an initial model, which takes the place of the training"
    alone = "with base_method kmeans, which has no representatives"
    return [
        Rule(params.initial_model is not None, TRAINING, taken),
        Rule(params.base_method == "kmeans", ("representatives", "neighbors"), alone),
    ]


def _of_self_label(params: SelfLabelledParams) -> Iterator[Problem]:
    asked = params.self_label
    if asked is not None:
        contrasts = Rule(
            params.net.type == "resnet",
            ("decoder_epochs", "decoder_lr"),
            "on a contrastive net, which has no decoder",
        )
        none = Rule(asked.decoder_epochs == 0, ("decoder_lr",), "without epochs of the decoder")
        yield from _idle("/self_label", asked, [contrasts, none])
    elif not isinstance(params, DeepParams):
        why = "without self_label: only training on labels is looked at"
        yield from _idle("", params, [Rule(True, ("observe_every",), why)])


def _of_counts(params: DCNParams) -> Rule:
    return Rule(params.center_update == "brb_code", ("first_count",), "with center_update brb_code")


def _of_resets(brb: BRBParams, params: DeepParams) -> list[Rule]:
    noise = brb.perturbation == "embedding_noise"
    kept = "which leaves the weights as they are"
    rules = [
        Rule(not noise, ("noise",), f"with perturbation {brb.perturbation}, which adds none to embeddings"),
        Rule(noise, ("alpha", *LAYERS, "initialization"), f"with perturbation embedding_noise, {kept}"),
        Rule(
            brb.alpha == 1 and not noise,
            ("perturbation", *LAYERS, "initialization"),
            f"with alpha 1, {kept}",
        ),
        Rule(
            brb.perturbation == "gaussian",
            ("initialization",),
            "with perturbation gaussian, which is drawn like the weights that it meets",
        ),
    ]
    return [*rules, *_of_layers(params), *_of_reclustering(brb)]


def _of_layers(params: DeepParams) -> list[Rule]:
    net = params.net
    blocks = net.type == "resnet" or (net.type in ("conv", "mixed") and len(net.channels) > 1)
    return [
        Rule(not blocks, ("block_step",), "on a net without residual blocks"),
        Rule(net.type != "resnet", ("reset_projector",), "on a net without a projector"),
        Rule(
            not isinstance(params, AuxiliaryParams),
            ("reset_projector",),
            "where no contrast goes on beside the clustering: the projector learns nothing more",
        ),
        Rule(net.type == "mlp", ("reset_batchnorm",), "on a net without batch norms"),
    ]


def _of_reclustering(brb: BRBParams) -> list[Rule]:
    by = brb.recluster
    return [
        Rule(by not in ("kmeans", "em"), ("n_init",), f"with recluster {by}, which starts once"),
        Rule(by == "none", ("samples", "samples_from"), "with recluster none, which places no centers"),
    ]
