"""How much of everything one upload may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Caps of one conversion; whatever exceeds one is refused."""

    content_bytes: int = 16 << 30
    """The canonical array."""
    samples: int = 20_000_000
    features: int = 1 << 22
    """Values of one sample."""
    columns: int = 100_000
    """Columns of a table."""
    pixels: int = 25_000_000
    """Of one encoded image, checked before it is decoded."""
    members: int = 100_000
    """Of an archive."""
    member_bytes: int = 32 << 20
    """Of one encoded image."""
    ratio: int = 100
    """Decompressed to compressed bytes, once a member is larger than `ratio_floor_bytes`."""
    ratio_floor_bytes: int = 64 << 20
    label_values: int = 10_000
    """Distinct values of a label column."""
    label_text: int = 1 << 20
    """Characters of all distinct labels together."""
    text_length: int = 1_000
    """Characters of a label, an id or a column name."""
    memory_bytes: int = 384 << 20
    """Address space beyond what the imports took."""
    file_bytes: int = 18 << 30
    cpu_s: int = 1_800
    open_files: int = 64
