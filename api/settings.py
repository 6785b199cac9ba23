"""Settings of the HTTP service, read from API_* environment variables."""

import ipaddress
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 2**20


class ApiSettings(BaseSettings):
    """Where the service listens, who may call it and how much it accepts."""

    model_config = SettingsConfigDict(env_prefix="API_", frozen=True)

    host: str = Field("127.0.0.1", description="Address to bind. Anything but loopback needs API keys.")
    port: int = Field(8000, ge=1, le=65535)
    require_key: Literal["auto", "always"] = Field(
        "auto", description="`auto` lets callers on a loopback bind in without a key, as project `default`."
    )
    max_upload_bytes: int = Field(8192 * MIB, ge=1, description="Largest dataset accepted in one request.")
    min_free_share: float = Field(
        0.1, ge=0, lt=1, description="Uploads are refused while less of the store's disk is free."
    )
    max_body_bytes: int = Field(MIB, ge=1024, description="Largest body of every other request.")
    tick_s: float = Field(
        0.2, gt=0, description="Seconds between two looks at the event log while somebody waits."
    )
    threads: int = Field(16, ge=2, description="Threads that talk to the database and the store.")
    max_waiting: int = Field(2000, ge=1, description="Long polls and event streams open at one time.")
    pools: tuple[str, ...] = Field(
        ("cpu",), description="Pools that exist even before a worker was seen in them."
    )
    docs: bool = Field(True, description="Serve the interactive documentation at /docs.")

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def keyless(self) -> bool:
        """Whether callers without a key act as project `default`."""
        return self.loopback and self.require_key == "auto"
