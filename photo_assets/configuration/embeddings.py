"""The settings of embeddings: the model's files, how pictures are prepared for it, its text side.

How vectors are computed and searched is in `ai.embeddings`.
"""

from typing import Literal

from pydantic import Field, model_validator

from photo_assets.configuration.addresses import ServiceAddress
from photo_assets.configuration.catalogs import LocalPath, Settings
from photo_assets.configuration.sinks import VariableName

Channels = tuple[float, float, float]


class EmbeddingTextSettings(Settings):
    """The text side of the model, for searches by words: two files, or an endpoint."""

    model: LocalPath | None = Field(
        default=None, description="Path of the text encoder, an ONNX file of the same model."
    )
    tokenizer: LocalPath | None = Field(
        default=None, description="Path of the model's tokenizer.json."
    )
    tokens: int = Field(
        default=77, ge=1, le=8192, description="Longest text, in tokens; the rest is cut off."
    )
    output: str | None = Field(
        default=None,
        description="Name of the encoder's output. Default: text_embeds, otherwise the first.",
    )
    endpoint: ServiceAddress | None = Field(
        default=None,
        description="Address of an OpenAI-compatible API that computes the vectors of texts "
        "instead. The texts of searches are sent there.",
    )
    endpoint_model: str | None = Field(
        default=None, description="The endpoint's name of the model: the same as of the pictures."
    )
    key_env: VariableName | None = Field(
        default=None,
        description="Name of the environment variable that holds the endpoint's key. Default: "
        "none is sent.",
    )

    @model_validator(mode="after")
    def _is_one_of_two(self) -> "EmbeddingTextSettings":
        files = self.model is not None and self.tokenizer is not None
        remote = self.endpoint is not None and bool((self.endpoint_model or "").strip())
        stated = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if files == remote or stated & (
            {"endpoint", "endpoint_model", "key_env"} if files else {"model", "tokenizer"}
        ):
            raise ValueError("give model and tokenizer, or endpoint and endpoint_model")
        return self


class EmbeddingSettings(Settings):
    """Vectors of pictures by a local model: nothing leaves this machine. Off without `model`.

    The preparation has to be the one that the model was trained with. The defaults are CLIP's.
    """

    model: LocalPath = Field(description="Path of the image encoder, an ONNX file.")
    name: str = Field(
        min_length=1, max_length=60, description="A name for the model, stored with each vector."
    )
    size: int = Field(default=224, ge=16, le=500, description="Side of the model's input, pixels.")
    fit: Literal["crop", "stretch"] = Field(
        default="crop",
        description="How a picture becomes a square. crop: its middle; stretch: all of it.",
    )
    mean: Channels = Field(
        default=(122.77, 116.75, 104.09),
        description="Subtracted from red, green and blue, which are 0 to 255.",
    )
    scale: Channels = Field(
        default=(68.5, 66.63, 70.32), description="What the differences are divided by."
    )
    layout: Literal["nchw", "nhwc"] = Field(
        default="nchw", description="Order of the input's axes. nhwc: the channels come last."
    )
    output: str | None = Field(
        default=None,
        description="Name of the encoder's output. Default: image_embeds, otherwise the first.",
    )
    text: EmbeddingTextSettings | None = Field(default=None, description="The text side.")

    @model_validator(mode="after")
    def _divides(self) -> "EmbeddingSettings":
        if 0 in self.scale:
            raise ValueError("scale must not contain 0")
        return self
