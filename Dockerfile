# The production image: `docker compose build`, or `docker build -t worker-node .`
# With SOURCE_DATE_EPOCH set, two builds of a commit give the same layers: see docs/production.md.

ARG PYTHON_IMAGE=python:3.14-slim-trixie

# What the image is made of is put together here, so that no tool to do so is in the image.
FROM ${PYTHON_IMAGE} AS packages
# An init for a container that has none: it passes signals on from the first moment, and reaps what
# the app's own processes leave behind. Debian keeps one version of it.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
# Of the virtual environment only what the app imports reaches the final image: pip stays here.
RUN python -m venv --without-pip /venv && rm -f /venv/bin/[Aa]ctivate* && cp /usr/bin/tini /venv/bin/
COPY worker-node/requirements.txt /tmp/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /venv install --quiet --no-compile --require-hashes -r /tmp/requirements.txt
ARG SOURCE_DATE_EPOCH
RUN if [ -n "$SOURCE_DATE_EPOCH" ]; then find /venv -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +; fi

FROM ${PYTHON_IMAGE} AS app
COPY --from=packages /venv /venv
WORKDIR /worker
# Readable for the image's user, also from a checkout that is only for its owner (--chmod).
COPY --chmod=755 worker-node/run.py worker-node/app.py worker-node/config.py worker-node/healthcheck.py ./
COPY --chmod=755 worker-node/servers servers
COPY --chmod=755 worker-node/routes routes
COPY --chmod=755 worker-node/functions functions
# A file that does not parse ends the start, not the build: `docker compose up` builds this image
# too where it is absent, and the dev stack shall come up and show the error.
# Bytecode that names no time and is never checked: nothing here changes any more, and hashes of
# one build are those of the next. The seed is for the order of constants in it.
ARG SOURCE_DATE_EPOCH
RUN { PYTHONHASHSEED=0 python -m compileall -q --invalidation-mode unchecked-hash . || true; } \
    && if [ -n "$SOURCE_DATE_EPOCH" ]; then find . -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +; fi

# The bytecode of the base's own library, which its image has not, and of the packages, as far as a start needs it.
FROM ${PYTHON_IMAGE} AS bytecode
COPY --from=packages /venv /venv
COPY worker-node /worker
COPY devtools/container/compile_bytecode.py /tmp/
WORKDIR /worker
ARG SOURCE_DATE_EPOCH
RUN PYTHONPATH=. PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 \
        /venv/bin/python /tmp/compile_bytecode.py /bytecode servers.production servers.worker \
    && if [ -n "$SOURCE_DATE_EPOCH" ]; then find /bytecode -exec touch --date "@$SOURCE_DATE_EPOCH" {} +; fi

FROM ${PYTHON_IMAGE}
ARG PYTHON_IMAGE
LABEL org.opencontainers.image.title="worker-node" \
      org.opencontainers.image.description="A Flask service behind granian, hardened" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}"
# The base's own pip is of no use here, to us.
ARG SOURCE_DATE_EPOCH
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/site-packages/pip* /usr/local/lib/python3.*/ensurepip \
    && if [ -n "$SOURCE_DATE_EPOCH" ]; then \
        touch --date "@$SOURCE_DATE_EPOCH" /usr/local/bin /usr/local/lib/python3.* /usr/local/lib/python3.*/site-packages; fi
COPY --from=packages /venv /venv
COPY --from=bytecode /bytecode /
COPY --from=app /worker /worker
WORKDIR /worker
# The one folder that may be written to where nothing is mounted: uploads to a form wait there.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 ENVIRONMENT=PROD TMPDIR=/dev/shm
# A number, not a name, so that Kubernetes can see that it is not root. Any other does as well.
USER 10001:10001
EXPOSE 7500
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --start-interval=1s \
    CMD ["python", "-IS", "healthcheck.py", "http://127.0.0.1:7500/readyz"]
# A SIGTERM before the server is there ends it too, and well: 143 is what Python makes of it then.
ENTRYPOINT ["tini", "-s", "-e", "143", "--"]
CMD ["python", "run.py"]
