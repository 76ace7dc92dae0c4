"""The URIs of AWS's prebuilt images, by framework and version, found offline in a table."""

from compiler.sagemaker.images.request import Image, ImageError, ImageRequest, Part
from compiler.sagemaker.images.resolve import image_of, resolve_image
from compiler.sagemaker.images.table import Table, default_scope, table

__all__ = [
    "Image",
    "ImageError",
    "ImageRequest",
    "Part",
    "Table",
    "default_scope",
    "image_of",
    "resolve_image",
    "table",
]
