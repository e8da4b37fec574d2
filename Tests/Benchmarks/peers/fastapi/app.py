"""The peer of the contests `rest-…`: three routes of the API as its framework's documentation would have them written.

FastAPI, SQLAlchemy's async ORM over asyncpg, pydantic models in and out. It serves the same rows of the same database with the
same checks: a bearer token, its scope, the sender's rate, the organization in front of each question and behind it; of a webhook
its signature and time, the inbox and the event in one transaction. What Postgres does for both is the same statements.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis.asyncio import Redis
from sqlalchemy import ARRAY, SmallInteger, Text, Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SECRET = os.environ["JWT_SECRET"]
TELNYX = [VerifyKey(base64.b64decode(key)) for key in os.environ["TELNYX_PUBLIC_KEYS"].split(",")]
READS, WINDOW = int(os.environ["LEDGERLINE_RATE_READS"]), 60
WEBHOOKS = int(os.environ["LEDGERLINE_RATE_WEBHOOKS"])
SCOPES = {"owner": {"calls:read"}, "viewer": {"calls:read"}}
LANES = 16
BODY_MAX = 256 << 10

# As many connections as ours has.
engine = create_async_engine(os.environ["PEER_DATABASE_URL"], pool_size=10, max_overflow=0)
Session = async_sessionmaker(engine, expire_on_commit=False)
redis = Redis.from_url(os.environ["REDIS_URL"])


class Base(DeclarativeBase):
    pass


class Call(Base):
    __tablename__ = "calls"

    call_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[uuid.UUID]
    version: Mapped[int]
    status: Mapped[str]
    direction: Mapped[str | None]
    from_number: Mapped[str | None]
    to_number: Mapped[str | None]
    agent_id: Mapped[uuid.UUID | None]
    agent_version: Mapped[int | None]
    customer_id: Mapped[uuid.UUID | None]
    campaign_id: Mapped[uuid.UUID | None]
    carrier: Mapped[str | None]
    control_id: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    requested_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    dialed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    ringing_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    duration_ms: Mapped[int | None]
    answered_by: Mapped[str | None]
    ended_reason: Mapped[str | None]
    fault_owner: Mapped[str | None]
    turns: Mapped[int]
    tool_uses: Mapped[int]
    interruptions: Mapped[int]
    errors: Mapped[int]
    fallbacks: Mapped[int]
    sentiment: Mapped[float | None]
    success: Mapped[bool | None]
    intent: Mapped[str | None]
    summary: Mapped[str | None]
    call_metadata: Mapped[Any | None] = mapped_column("metadata", JSONB)


class CallOut(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    id: uuid.UUID = Field(validation_alias="call_id")
    version: int
    status: str
    direction: str | None
    from_: str | None = Field(validation_alias="from_number", serialization_alias="from")
    to: str | None = Field(validation_alias="to_number")
    agent_id: uuid.UUID | None
    agent_version: int | None
    customer_id: uuid.UUID | None
    campaign_id: uuid.UUID | None
    carrier: str | None
    control_id: str | None
    started_at: datetime
    requested_at: datetime | None
    dialed_at: datetime | None
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    answered_by: str | None
    ended_reason: str | None
    fault_owner: str | None
    turns: int
    tool_uses: int
    interruptions: int
    errors: int
    fallbacks: int
    sentiment: float | None
    success: bool | None
    intent: str | None
    summary: str | None
    metadata: Any | None = Field(validation_alias="call_metadata")


class Page(BaseModel):
    data: list[CallOut]
    has_more: bool
    next_cursor: str | None


class Identity(BaseModel):
    user: uuid.UUID
    organization: uuid.UUID
    scopes: set[str]


# A bucket of tokens, kept as the moment at which it is full again.
BUCKET = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1]) or '0')
if full < now then full = now end
if full > now + burst then full = now + burst end
local next = full + interval
if next > now + burst then return {0, full - now} end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return {1, next - now}
"""
take_token = redis.register_script(BUCKET)


async def count(kind: str, subject: str, most: int, response: Response) -> None:
    interval = max(1, WINDOW * 1_000_000 // most)
    code = hmac.digest(SECRET.encode(), subject.encode(), "sha256")[:16]
    name = f"peer:rate:{kind}:{base64.urlsafe_b64encode(code).decode()}"
    allowed, debt = await take_token(keys=[name], args=[interval, interval * most])
    response.headers["RateLimit-Policy"] = f'"{kind}";q={most};w={WINDOW}'
    left = max(0, interval * most - debt) // interval
    response.headers["RateLimit"] = f'"{kind}";r={left};t={-(-debt // 1_000_000)}'
    if not allowed:
        raise HTTPException(429, "too_many_requests", {"Retry-After": "1"})


async def identity(response: Response, authorization: Annotated[str | None, Header()] = None) -> Identity:
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "bearer":
        raise HTTPException(401, "unauthorized")
    try:
        decoded = jwt.decode_complete(
            token,
            SECRET,
            algorithms=["HS256"],
            audience="ledgerline-api",
            issuer="ledgerline",
            options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]},
        )
        if decoded["header"].get("typ") != "at+jwt":
            raise HTTPException(401, "unauthorized")
        claims = decoded["payload"]
        known = Identity(user=claims["sub"], organization=claims["org"], scopes=SCOPES.get(claims["role"], set()))
    except (jwt.InvalidTokenError, KeyError, ValidationError) as error:
        raise HTTPException(401, "unauthorized") from error
    await count("read", f"user {known.user}", READS, response)
    if "calls:read" not in known.scopes:
        raise HTTPException(403, "forbidden")
    return known


SETTINGS = text("SELECT set_config('role', 'ledgerline_tenant', true), set_config('ledgerline.organization', :organization, true)")


async def tenant(known: Annotated[Identity, Depends(identity)]) -> AsyncIterator[AsyncSession]:
    async with Session.begin() as session:
        await session.execute(SETTINGS, {"organization": str(known.organization)})
        yield session


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()
    await redis.aclose()


app = FastAPI(lifespan=lifespan)
Known = Annotated[Identity, Depends(identity)]
Tenant = Annotated[AsyncSession, Depends(tenant)]
Status = Literal["queued", "ringing", "in_progress", "transferring", "ended"]


@app.get("/api/v1/calls")
async def list_calls(
    known: Known,
    session: Tenant,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    status: Annotated[Status | None, Query(alias="status[eq]")] = None,
) -> Page:
    question = select(Call).where(Call.organization_id == known.organization)
    if status:
        question = question.where(Call.status == status)
    question = question.order_by(Call.started_at.desc(), Call.call_id.desc()).limit(limit + 1)
    calls = (await session.scalars(question)).all()
    has_more = len(calls) > limit
    calls = calls[:limit]
    cursor = None
    if has_more:
        place = f"{calls[-1].started_at.timestamp()} {calls[-1].call_id}".encode()
        code = hmac.digest(SECRET.encode(), place, "sha256")[:16]
        cursor = base64.urlsafe_b64encode(place + code).decode()
    return Page(data=calls, has_more=has_more, next_cursor=cursor)


@app.get("/api/v1/calls/{call_id}")
async def get_call(known: Known, session: Tenant, call_id: uuid.UUID, response: Response) -> CallOut:
    question = select(Call).where(Call.call_id == call_id, Call.organization_id == known.organization)
    call = await session.scalar(question)
    if call is None:
        raise HTTPException(404, "not_found")
    response.headers["ETag"] = f'"v{call.version}"'
    return CallOut.model_validate(call)


class Payload(BaseModel):
    call_control_id: str
    call_leg_id: str | None = None
    call_session_id: str | None = None
    client_state: str | None = None
    from_: str | None = Field(None, alias="from")
    to: str | None = None
    digit: str | None = None


class Data(BaseModel):
    id: str
    event_type: str
    occurred_at: datetime
    payload: Payload


class Webhook(BaseModel):
    data: Data


FINDINGS = text("""
    SELECT l.stream_id, l.organization_id, k.lane
    FROM (SELECT) AS one
    LEFT JOIN carrier_legs l ON l.carrier = :carrier AND l.control_id = :leg
    LEFT JOIN streams k ON k.stream_id = l.stream_id
""")
# The id of the call's end is of use to those webhooks alone that waited for their call, and here none does.
TAKE = text("""
    SELECT verdict FROM take_webhook(
        :provider, :notice, :signed, :digest, :told, :leg, :known, :stream, CAST(NULL AS uuid), :organization, :lane, :kind,
        :ids, :types, :schemas, :occurred, :payloads, :metas)
""").bindparams(
    bindparam("known", type_=Uuid()),
    bindparam("stream", type_=Uuid()),
    bindparam("organization", type_=Uuid()),
    bindparam("lane", type_=SmallInteger()),
    bindparam("ids", type_=ARRAY(Uuid())),
    bindparam("types", type_=ARRAY(Text())),
    bindparam("schemas", type_=ARRAY(SmallInteger())),
    bindparam("occurred", type_=ARRAY(TIMESTAMP(timezone=True))),
    bindparam("payloads", type_=ARRAY(JSONB())),
    bindparam("metas", type_=ARRAY(JSONB())),
)


def signed(request: Request, body: bytes) -> datetime:
    """When it was signed, if one of our keys did it within five minutes."""
    try:
        stamp = request.headers["telnyx-timestamp"]
        signature = base64.b64decode(request.headers["telnyx-signature-ed25519"], validate=True)
        if abs(time.time() - int(stamp)) > 300:
            raise ValueError("too old or too new")
    except (KeyError, ValueError) as error:
        raise HTTPException(401, "invalid_signature") from error
    message = stamp.encode() + b"|" + body
    for key in TELNYX:
        try:
            key.verify(message, signature)
            return datetime.fromtimestamp(int(stamp), UTC)
        except (BadSignatureError, ValueError):
            continue
    raise HTTPException(401, "invalid_signature")


@app.post("/webhooks/telnyx/call")
async def take_telnyx_webhook(request: Request, response: Response) -> dict[str, str]:
    await count("webhooks", f"address {request.client.host}", WEBHOOKS, response)
    body = await request.body()
    if len(body) > BODY_MAX:
        raise HTTPException(413, "body_too_large")
    at = signed(request, body)
    try:
        webhook = Webhook.model_validate_json(body).data
    except ValidationError as error:
        raise HTTPException(400, "unreadable_webhook") from error
    if webhook.event_type != "call.dtmf.received" or webhook.payload.digit is None:
        return {"verdict": "acknowledged"}
    leg = webhook.payload.call_control_id
    async with Session.begin() as session:
        known = (await session.execute(FINDINGS, {"carrier": "telnyx", "leg": leg})).one()
        if known.stream_id is None:
            return {"verdict": "unknown_subject"}
        meta = {"request": uuid.uuid4().hex, "actor": {"kind": "carrier", "name": "telnyx"}}
        verdict = await session.scalar(
            TAKE,
            {
                "provider": "telnyx",
                "notice": webhook.id,
                "signed": at,
                "digest": hashlib.sha256(body).digest(),
                "told": "applied",
                "leg": leg,
                "known": known.stream_id,
                "stream": known.stream_id,
                "organization": known.organization_id,
                "lane": known.lane if known.lane is not None else known.stream_id.int % LANES,
                "kind": "call",
                "ids": [uuid.uuid5(uuid.NAMESPACE_URL, f"notice telnyx {webhook.id} 0")],
                "types": ["dtmf.received"],
                "schemas": [1],
                "occurred": [webhook.occurred_at],
                "payloads": [{"digits": webhook.payload.digit}],
                "metas": [meta],
            },
        )
    return {"verdict": verdict}
