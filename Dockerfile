# Two kinds of image, both without secrets and for a user without rights; compose.yaml builds them:
#   service   shared/ and one service, named by the build argument SERVICE
#   tools     devstack/ and all migrations, for the jobs that prepare a pool

FROM python:3.11-slim AS requirements
COPY requirements.lock ./
# Wheels only: nothing is compiled, and no package runs code of its own while it is installed.
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock

FROM python:3.11-slim AS runtime
RUN groupadd --system --gid 10001 riskpool \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin riskpool
COPY --from=requirements /opt/venv /opt/venv
# A log line that waits in a buffer is missing when it is needed. Nobody may write into the folders: no .pyc files.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY shared shared

FROM runtime AS service
ARG SERVICE
# Without this, an empty name would copy all services.
RUN test -n "$SERVICE" || { echo "name the service: --build-arg SERVICE=claims" >&2; exit 1; }
COPY services/__init__.py services/__init__.py
COPY services/${SERVICE} services/${SERVICE}
ENV SERVICE=${SERVICE}
USER 10001:10001
CMD ["sh", "-c", "exec python -m services.$SERVICE"]

FROM runtime AS tools
COPY services/registry/migrations services/registry/migrations
COPY services/claims/migrations services/claims/migrations
COPY services/treasury/migrations services/treasury/migrations
COPY services/audit/migrations services/audit/migrations
COPY simulator simulator
COPY devstack devstack
USER 10001:10001
