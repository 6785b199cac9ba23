"""The database and the store that a command opens itself, without a server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from facet.embedded.home import Home
from facet.errors import FacetError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def database_url() -> str:
    """MODELS_DATABASE_URL, else the one in the home."""
    return os.environ.get("MODELS_DATABASE_URL") or Home.of().database_url


def store_url() -> str:
    """MODELS_STORE_URL, else the one in the home."""
    return os.environ.get("MODELS_STORE_URL") or Home.of().store_url


@contextmanager
def writing() -> "Iterator[Session]":
    """A session that may write; what the database refuses is a FacetError."""
    from sqlalchemy.exc import DBAPIError

    from models.errors import ModelsError
    from models.session import Database

    try:
        with Database(database_url()).write() as session:
            yield session
    except ModelsError as error:
        raise FacetError(error.detail, code=error.code) from error
    except DBAPIError as error:
        raise FacetError(f"{error.orig}. Has `facet migrate` been run?", code="database") from error
