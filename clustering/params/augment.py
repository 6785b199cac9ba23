"""Random views of images that a spec can ask for."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

Side = Annotated[float, Field(ge=1, le=4096)]


class AffineAugment(BaseModel):
    """Random rotation, shift, zoom and shear; what leaves the frame is filled with 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["affine"] = Field("affine", description="Random affine warp; for gray or color images.")
    degrees: float = Field(16.0, ge=0, le=180, description="Rotation, uniform in ± this many degrees.")
    translate: float = Field(
        0.1, ge=0, le=0.5, description="Shift on each axis, uniform in ± this share of the side."
    )
    shear: float = Field(8.0, ge=0, le=45, description="Shear along x, uniform in ± this many degrees.")
    zoom: float = Field(0.0, ge=0, lt=1, description="Zoom factor, uniform in 1 ± this.")


class CropAugment(BaseModel):
    """Random shift by whole pixels: zero padding, then a crop of the original size."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["crop"] = Field("crop", description="Random crop after padding; for gray or color images.")
    padding: int = Field(4, ge=1, le=64, description="Pixels of zero padding on each side.")
    flip: float = Field(0.0, ge=0, le=1, description="Probability of a horizontal flip.")


class SimclrAugment(BaseModel):
    """Random resized crop, flip, color jitter, grayscale and solarization of color images.

    The defaults are those of the BRB paper (Miklautz et al., ICLR 2025) for CIFAR-10. Rotation, views from
    farther off, waves and negatives are there for samples whose clusters should not tell angle, size, texture
    or what is brighter apart.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["simclr"] = Field("simclr", description="The SimCLR family; for color images.")
    min_area: float = Field(
        0.08, gt=0, le=1, description="Smallest share of the image's area that a crop keeps."
    )
    max_area: float = Field(
        1.0,
        gt=0,
        le=4,
        description="Largest share of the image's area that a crop shows; above 1 the image gets smaller and "
        "its border is repeated around it.",
    )
    rotation: float = Field(
        0.0,
        ge=0,
        le=180,
        description="Rotation of the crop, uniform in ± this many degrees; the border is repeated beyond the "
        "image.",
    )
    waves: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Largest amplitude of each of two gray plane waves of random direction, length and phase "
        "that are added before colors change.",
    )
    flip: float = Field(0.5, ge=0, le=1, description="Probability of a horizontal flip.")
    jitter: float = Field(0.8, ge=0, le=1, description="Probability of the color jitter.")
    brightness: float = Field(0.4, ge=0, le=1, description="Brightness factor, uniform in 1 ± this.")
    contrast: float = Field(0.4, ge=0, le=1, description="Contrast factor, uniform in 1 ± this.")
    saturation: float = Field(0.2, ge=0, le=1, description="Saturation factor, uniform in 1 ± this.")
    hue: float = Field(
        0.1, ge=0, le=0.5, description="Hue shift, uniform in ± this share of the color circle."
    )
    grayscale: float = Field(0.2, ge=0, le=1, description="Probability of a gray image.")
    solarize: float = Field(0.2, ge=0, le=1, description="Probability of inverting all values above 0.5.")
    blur: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Probability of a Gaussian blur over a tenth of the side, its deviation uniform from 0.1 "
        "to 2 pixels.",
    )
    invert: float = Field(0.0, ge=0, le=1, description="Probability of a negative, with all values inverted.")

    @model_validator(mode="after")
    def _areas_are_in_order(self) -> "SimclrAugment":
        if self.max_area < self.min_area:
            least = f"accepted is min_area {self.min_area:g} or more"
            raise ValueError(f"max_area is {self.max_area:g}; {least}")
        return self


class StrongAugment(BaseModel):
    """Random crop, flip and tone or shape operations, then a square hole; for gray or color images.

    The views of SCAN's self-labelling (Van Gansbeke et al., ECCV 2020). Each operation is drawn with
    replacement from: identity, autocontrast, equalize, rotate, solarize, color, contrast, brightness,
    sharpness, shear x, shear y, translate x, translate y, posterize; color only for color images.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["strong"] = Field(
        "strong", description="Random operations and a hole; for gray or color images."
    )
    padding: int = Field(4, ge=0, le=64, description="Pixels of zero padding on each side before the crop.")
    flip: float = Field(0.5, ge=0, le=1, description="Probability of a horizontal flip.")
    operations: int = Field(4, ge=0, le=16, description="Random operations on each image, one after another.")
    hole: int = Field(
        16,
        ge=0,
        le=4096,
        description="Largest side of the hole in pixels, at most the image's; the side is uniform from 1. "
        "0 cuts no hole.",
    )


class WindowAugment(BaseModel):
    """A square window enlarged to the whole image, turned, flipped and with other colors.

    The defaults, with all that changes the window itself at 0, only look at a part of the image.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["window"] = Field("window", description="Random window; for gray or color images.")
    sides: tuple[Side, ...] = Field(
        (20.0,),
        min_length=1,
        max_length=16,
        description="Sides of the window in pixels, at most the image's; each image draws one of them.",
    )
    place: Literal["random", "middle"] = Field("random", description="Where in the image the window lies.")
    rotation: float = Field(
        0.0, ge=0, le=180, description="Rotation of the window, uniform in ± this many degrees."
    )
    flip: float = Field(0.0, ge=0, le=1, description="Probability of a horizontal flip.")
    brightness: float = Field(0.0, ge=0, le=1, description="Brightness factor, uniform in 1 ± this.")
    contrast: float = Field(0.0, ge=0, le=1, description="Contrast factor, uniform in 1 ± this.")
    saturation: float = Field(
        0.0, ge=0, le=1, description="Saturation factor, uniform in 1 ± this; of color images."
    )
    hue: float = Field(
        0.0,
        ge=0,
        le=0.5,
        description="Hue shift, uniform in ± this share of the color circle; of color images.",
    )


class ObjectAugment(BaseModel):
    """Random geometry of each picture and random colors of each object; for color images.

    Of a data set with several views of a sample, as a mixed net reads them, each view moves by itself and
    all change colors alike. The defaults are those of the glass beads of the thesis (A.4).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["object"] = Field(
        "object", description="Geometry for each picture, colors for each object; for color images."
    )
    affine: float = Field(0.5, ge=0, le=1, description="Probability of rotation, shift and shear.")
    degrees: float = Field(16.0, ge=0, le=180, description="Rotation, uniform in ± this many degrees.")
    translate: float = Field(
        0.1, ge=0, le=0.5, description="Shift on each axis, uniform in ± this share of the side."
    )
    shear: float = Field(8.0, ge=0, le=45, description="Shear along x, uniform in ± this many degrees.")
    min_area: float = Field(
        0.9, gt=0, le=1, description="Smallest share of the image's area that a crop keeps."
    )
    flip: float = Field(0.5, ge=0, le=1, description="Probability of a horizontal flip.")
    vertical_flip: float = Field(0.5, ge=0, le=1, description="Probability of a vertical flip.")
    color: float = Field(0.5, ge=0, le=1, description="Probability that an object changes its colors at all.")
    invert: float = Field(0.25, ge=0, le=1, description="Probability of a negative where colors change.")
    brightness: float = Field(0.3, ge=0, le=1, description="Brightness factor, uniform in 1 ± this.")
    contrast: float = Field(0.5, ge=0, le=1, description="Contrast factor, uniform in 1 ± this.")
    saturation: float = Field(0.5, ge=0, le=1, description="Saturation factor, uniform in 1 ± this.")
    hue: float = Field(
        0.5, ge=0, le=0.5, description="Hue shift, uniform in ± this share of the color circle."
    )


AnyAugment: TypeAlias = Annotated[
    AffineAugment | CropAugment | SimclrAugment | StrongAugment | WindowAugment | ObjectAugment,
    Field(discriminator="type"),
]
