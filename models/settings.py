"""Where the rows and the bytes live."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ModelsSettings(BaseSettings):
    """Environment: MODELS_DATABASE_URL and MODELS_STORE_URL.

    `database_url`: `sqlite:///path` or `postgresql://user:password@host/name`.
    `store_url`: `file:path`, `s3://bucket/prefix` or `memory:`.
    """

    model_config = SettingsConfigDict(env_prefix="MODELS_")

    database_url: str = "sqlite:///facet-data/facet.db"
    store_url: str = "file:facet-data/store"
