"""The service as one ASGI application."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager

from redis.asyncio import ConnectionPool
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route

from gateway.access.keyring import Keyring
from gateway.access.revocation import RevocationFeed
from gateway.catalogue.catalogue import Catalogue
from gateway.deployment import document_limits, open_optional_audit_log, operation_limits
from gateway.edge.authentication import Authenticator
from gateway.edge.drain import Drain, DrainConnections
from gateway.edge.graphql import GraphQLEndpoint
from gateway.edge.health import HealthEndpoint
from gateway.edge.middleware import AccessLog, ErrorMask, SecurityHeaders
from gateway.edge.proxies import TrustedProxies
from gateway.edge.requests import BodyLimits
from gateway.edge.responses import unrouted_response
from gateway.edge.schema_document import SchemaEndpoint
from gateway.edge.webhooks import WebhookEndpoint
from gateway.operations.document_caches import DocumentCaches
from gateway.ratelimit.budgets import Budgets
from gateway.ratelimit.limiter import RateLimiter
from gateway.settings import Settings
from gateway.store.redis import connection_pool
from gateway.web.pages import page_routes


def create_app(
    settings: Settings,
    catalogue: Catalogue,
    body_limits: BodyLimits | None = None,
    *,
    workers: int = 1,
    drain: Drain | None = None,
) -> Starlette:
    """The application over `catalogue`, which it prepares at start-up and closes at shutdown.

    `body_limits` are those of the settings by default. `workers` is how many processes answer on the same socket.
    Start-up raises MigrationRequired where the catalogue lacks a migration.
    """
    drain = drain or Drain()
    redis = None if settings.redis_url is None else connection_pool(settings.redis_url.get_secret_value())
    limiter = _rate_limiter(settings, redis, workers)
    revocations = RevocationFeed(redis)
    keyring = Keyring(catalogue, settings.pepper_bytes, announce=revocations.announce)
    authenticator = Authenticator(catalogue, keyring, limiter)
    graphql = GraphQLEndpoint(
        catalogue,
        DocumentCaches(document_limits(settings)),
        authenticator,
        Budgets(settings.budget, limiter),
        operation_limits(settings),
        body_limits or BodyLimits(max_bytes=settings.max_body_bytes),
    )
    health = HealthEndpoint(catalogue, drain)
    routes: list[Route | Mount] = [
        Route("/graphql", graphql.answer, methods=["GET", "POST", "OPTIONS"]),
        Route("/webhooks/{source}", WebhookEndpoint(catalogue, authenticator, limiter).answer, methods=["POST"]),
        Route("/schema.graphql", SchemaEndpoint(authenticator).answer, methods=["GET"]),
        Route("/health/live", health.live, methods=["GET"]),
        Route("/health/ready", health.ready, methods=["GET"]),
        *page_routes(),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        try:
            await catalogue.prepare()
            async with open_optional_audit_log(settings) as graphql.log, revocations.watch(keyring.invalidate):
                yield
        finally:
            await catalogue.close()
            if redis is not None:
                await redis.aclose()

    app = Starlette(
        routes=routes,
        middleware=_middleware(settings, {route.path for route in routes}, drain),
        exception_handlers={HTTPException: unrouted_response},
        lifespan=lifespan,
    )
    # An address has one spelling; Starlette would redirect `/graphql/` to `/graphql`, and the body would be lost.
    app.router.redirect_slashes = False
    return app


def _rate_limiter(settings: Settings, redis: ConnectionPool | None, workers: int) -> RateLimiter:
    """Counts in Redis, and without it each worker's share; of processes on other sockets nothing is known then."""
    processes = workers if redis is None else max(workers, settings.processes)
    return RateLimiter(redis, processes, b"".join(settings.pepper_bytes.values()))


def _middleware(settings: Settings, routes: Collection[str], drain: Drain) -> list[Middleware]:
    """What every request passes, the outermost first."""
    return [
        Middleware(TrustedProxies, networks=settings.trusted_proxies),
        Middleware(AccessLog, routes=routes),
        Middleware(SecurityHeaders),
        *_cross_origin(settings.cors_origins),
        Middleware(DrainConnections, drain=drain),
        Middleware(ErrorMask),
    ]


def _cross_origin(origins: Sequence[str]) -> list[Middleware]:
    """What lets pages of these origins call the API from a browser."""
    if not origins:
        return []
    methods, headers = ["GET", "POST"], ["authorization", "content-type"]
    return [Middleware(CORSMiddleware, allow_origins=origins, allow_methods=methods, allow_headers=headers)]
