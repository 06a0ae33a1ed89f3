"""The service as one ASGI application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route

from gateway.access.keyring import Keyring
from gateway.access.revocation import RevocationFeed
from gateway.catalogue.catalogue import Catalogue
from gateway.edge.authentication import Authenticator
from gateway.edge.endpoints import BodyLimits, GraphQLEndpoint, HealthEndpoint, SchemaEndpoint, nothing_here
from gateway.edge.middleware import AccessLog, ErrorMask, SecurityHeaders
from gateway.edge.proxies import TrustedProxies
from gateway.edge.webhooks import WebhookEndpoint
from gateway.operations.documents import DocumentCaches
from gateway.ratelimit.budgets import Budgets
from gateway.ratelimit.limiter import RateLimiter
from gateway.settings import Settings
from gateway.store.redis import connection_pool
from gateway.web.pages import routes as pages
from gateway.wiring import document_limits, log_or_none, operation_limits


def create_app(settings: Settings, holdings: Catalogue, reading: BodyLimits | None = None) -> Starlette:
    """The application over `holdings`, which it prepares when it starts and closes when it ends.

    `reading` is how request bodies are read; by default as the settings say, for ten seconds at most. Starting raises
    `catalogue.upgrading.Behind` where the catalogue lacks a migration.
    """
    redis = None if settings.redis_url is None else connection_pool(settings.redis_url.get_secret_value())
    limiter = RateLimiter(redis, settings.processes, b"".join(settings.pepper_bytes.values()))
    announcements = RevocationFeed(redis)
    keyring = Keyring(holdings, settings.pepper_bytes, tell=announcements.tell)
    callers = Authenticator(holdings, keyring, limiter)
    questions = GraphQLEndpoint(
        holdings,
        DocumentCaches(document_limits(settings)),
        callers,
        Budgets(settings.budget, limiter),
        operation_limits(settings),
        reading or BodyLimits(most_bytes=settings.max_body_bytes),
    )
    health = HealthEndpoint(holdings)
    routes: list[Route | Mount] = [
        Route("/graphql", questions.answer, methods=["GET", "POST", "OPTIONS"]),
        Route("/webhooks/{source}", WebhookEndpoint(holdings, callers, limiter).answer, methods=["POST"]),
        Route("/schema.graphql", SchemaEndpoint(callers).answer, methods=["GET"]),
        Route("/health/live", health.live, methods=["GET"]),
        Route("/health/ready", health.ready, methods=["GET"]),
        *pages(),
    ]
    cross_origin = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
    )

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncGenerator[None]:
        try:
            await holdings.prepare()
            async with log_or_none(settings) as questions.log, announcements.followed(keyring.forget):
                yield
        finally:
            await holdings.close()
            if redis is not None:
                await redis.aclose()

    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(TrustedProxies, networks=settings.trusted_proxies),
            Middleware(AccessLog, routes={route.path for route in routes}),
            Middleware(SecurityHeaders),
            *([cross_origin] if settings.cors_origins else []),
            Middleware(ErrorMask),
        ],
        exception_handlers={HTTPException: nothing_here},
        lifespan=life,
    )
    # An address has one spelling; Starlette would send `/graphql/` to `/graphql` and lose the body on the way.
    app.router.redirect_slashes = False
    return app
