# The gateway in a container: `docker build --tag enforcement-gateway .`, then
#   docker run --publish 8000:8000 --volume catalogue:/catalogue enforcement-gateway
#   docker run --publish 8000:8000 --volume catalogue:/catalogue enforcement-gateway serve --host 0.0.0.0 --workers 4
#   docker run --publish 8000:8000 enforcement-gateway demo --host 0.0.0.0

# The explorer, built from its sources.
FROM node:24-trixie-slim AS web
WORKDIR /source
COPY gateway/web/package.json gateway/web/package-lock.json gateway/web/.npmrc ./
RUN npm ci --loglevel=error
COPY gateway/web ./
RUN npm run --silent build

# The project as a wheel that carries the explorer, in an environment with what its lock names.
FROM python:3.13-slim-trixie AS install
WORKDIR /source
RUN python -m venv /gateway
COPY requirements.txt ./
RUN /gateway/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md ./
COPY adapters adapters
COPY schema schema
COPY gateway gateway
COPY --from=web /source/dist gateway/web/dist
RUN /gateway/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --create-home --home-dir /catalogue gateway
COPY --from=install /gateway /gateway
ENV PATH=/gateway/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER gateway
# Where gateway.toml and, unless GATEWAY_DATABASE_URL says otherwise, the catalogue lie.
WORKDIR /catalogue
VOLUME /catalogue
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["gateway"]
CMD ["serve", "--host", "0.0.0.0"]
