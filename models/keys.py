"""API keys: made once, checked in constant time, kept only as digests."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from models import clock
from models.api_key import ApiKey
from models.errors import InvalidSubmission, NotFound
from models.ids import new_id

SCOPES = (
    "datasets:read",
    "datasets:write",
    "jobs:read",
    "jobs:write",
    "models:read",
    "models:write",
    "usage:read",
    "admin",
)
TOKEN = re.compile(r"fct_live_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9_-]{43})", re.ASCII)
NOTED_EVERY = timedelta(minutes=1)
NO_KEY = "0" * 64


def create(
    session: Session,
    project_id: str,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its token `fct_live_<kid>_<secret>`, which nobody can read again.

    Raises:
        InvalidSubmission: `unknown_scope`.
    """
    wanted = sorted(set(scopes))
    if unknown := set(wanted) - set(SCOPES):
        detail = f"unknown scopes {', '.join(sorted(unknown))}; known are {', '.join(SCOPES)}"
        raise InvalidSubmission(detail, code="unknown_scope", met=sorted(unknown), accepted=list(SCOPES))
    now = clock.now(session)
    key_id = new_id("key", at=now)
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        id=key_id,
        project_id=project_id,
        name=name,
        secret_hash=_digest(secret),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    return key, f"fct_live_{key_id.removeprefix('key_')}_{secret}"


def verify(session: Session, token: str) -> ApiKey | None:
    """The live key that the token is of; None for any other text. Takes as long for any known form."""
    parts = TOKEN.fullmatch(token)
    if parts is None:
        return None
    key = session.get(ApiKey, f"key_{parts[1]}", populate_existing=True)
    same = hmac.compare_digest(_digest(parts[2]), key.secret_hash if key else NO_KEY)
    if not same or key is None or key.revoked_at is not None:
        return None
    if key.expires_at is not None and key.expires_at <= clock.now(session):
        return None
    return key


def note_use(session: Session, key: ApiKey) -> bool:
    """Note when a key was last used, to the minute; True if a row was written."""
    now = clock.now(session)
    if key.last_used_at is not None and now - key.last_used_at < NOTED_EVERY:
        return False
    session.execute(
        update(ApiKey)
        .where(ApiKey.id == key.id)
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )
    return True


def revoke(session: Session, project_id: str, key_id: str) -> ApiKey:
    """End a key for ever; a second time changes nothing. Raises NotFound."""
    key = session.get(ApiKey, key_id, populate_existing=True)
    if key is None or key.project_id != project_id:
        raise NotFound(f"key {key_id} does not exist")
    if key.revoked_at is None:
        key.revoked_at = clock.now(session)
        session.flush()
    return key


def list_keys(session: Session, project_id: str) -> Sequence[ApiKey]:
    """The project's keys, newest first, revoked and expired ones too."""
    found = select(ApiKey).where(ApiKey.project_id == project_id)
    return session.scalars(found.order_by(ApiKey.id.desc())).all()


def any_live(session: Session) -> bool:
    """Whether anybody has a key that works now."""
    now = clock.now(session)
    live = select(func.count()).where(
        ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now)
    )
    return session.scalars(live).one() > 0


def _digest(secret: str) -> str:
    """Plain SHA-256 is enough: the secret has 256 random bits, so nothing can be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
