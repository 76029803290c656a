# syntax=docker/dockerfile:1
# The production image. Its processes are those of config/processes.py, as in the demo; PostgreSQL
# and Redis are other containers. No secret is in it: all come from the environment or from files.

FROM node:22-bookworm-slim AS frontend
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements/install.lock requirements/base.lock ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r install.lock \
 && uv venv /opt/surety \
 && uv pip sync --python /opt/surety/bin/python --require-hashes --compile-bytecode base.lock

# Where PostgreSQL's own packages are found, and their key: Debian's client is older than the server.
FROM postgres:18-bookworm AS postgres

FROM python:3.11-slim-bookworm
ENV PATH=/opt/surety/bin:$PATH \
    DJANGO_SETTINGS_MODULE=config.settings \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/var/lib/surety/media \
    AUDIT_ANCHOR_FILE=/var/lib/surety/anchor/anchor.jsonl \
    RUN_FOLDER=/tmp \
    POSTGRES_PROGRAMS=/usr/lib/postgresql/18/bin \
    WEB_BIND=0.0.0.0:8000
# pg_dump, pg_restore and psql of the server's version: `manage.py backup` and `restore`.
COPY --from=postgres /etc/apt/sources.list.d/pgdg.list /etc/apt/sources.list.d/
COPY --from=postgres /usr/local/share/keyrings/ /usr/local/share/keyrings/
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates postgresql-client-18 \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 surety \
 && useradd --system --uid 10001 --gid surety --home-dir /var/lib/surety --create-home surety \
 && install -d -o surety -g surety /var/lib/surety/media /var/lib/surety/anchor
COPY --from=packages /opt/surety /opt/surety
WORKDIR /srv/surety
COPY . .
COPY --from=frontend /build/node_modules node_modules
# collectstatic reads the settings but no secret matters to it; these values live in this line only.
RUN python -m config.catalogues build \
 && DATABASE_URL=postgresql://none:none@127.0.0.1/none REDIS_URL=redis://127.0.0.1/0 \
    SECRET_KEY=only-while-collecting-static-files-000000 \
    AUDIT_KEY=only-while-collecting-static-files-000000 \
    python manage.py collectstatic --no-input
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "config.processes"]
CMD ["web"]
