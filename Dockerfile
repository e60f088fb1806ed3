# The production image: `docker compose build`, or `docker build -t worker-node .`
# With SOURCE_DATE_EPOCH set, two builds of a commit give the same layers: see docs/production.md.

ARG PYTHON_IMAGE=python:3.14-slim-trixie

# A company's own authority is trusted in the build and in the image: see CA_CERTIFICATE in .env.
# With one set of rights, whoever owns the checkout: so what was built for one checkout need not be built for another.
FROM scratch AS authority
ARG CA_CERTIFICATE
COPY --chmod=644 ${CA_CERTIFICATE:-devtools/container/no-authority.crt} /authority.crt
COPY --chmod=644 devtools/container/trust-authority /

# What is copied into the image is made here, with tools that stay out of it.
FROM ${PYTHON_IMAGE} AS build
RUN --mount=from=authority,target=/tmp/authority sh /tmp/authority/trust-authority
RUN python -m venv --without-pip /venv && rm -f /venv/bin/[Aa]ctivate*
COPY --chmod=644 production/requirements.txt /tmp/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /venv install --quiet --no-compile --require-hashes -r /tmp/requirements.txt
# The whole folder: .dockerignore says what stays out. Readable for the image's user, also from a
# checkout that is only for its owner (--chmod).
COPY --chmod=755 worker-node /worker
COPY --chmod=755 production devtools/container/healthcheck.py /production/
WORKDIR /worker
# Stylesheets and scripts are sent compressed; gzip's best takes its time here, once.
RUN find . -type d -name static -exec /venv/bin/python -m whitenoise.compress --quiet {} \;
# Bytecode that names no time and is never checked: nothing changes any more, and two builds give the same.
# A file that does not parse ends the start, not the build: `docker compose up` builds this image where it
# is absent, and the dev stack shall come up and show the error.
COPY --chmod=644 devtools/container/compile_bytecode.py /tmp/
RUN export PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1; \
    python -m compileall -q --invalidation-mode unchecked-hash /worker /production; \
    PYTHONPATH=/production /venv/bin/python /tmp/compile_bytecode.py /bytecode gunicorn.app.wsgiapp gunicorn.workers.gthread \
        gunicorn.glogging pythonjsonlogger.json serve production_wsgi
ARG SOURCE_DATE_EPOCH
RUN if [ -n "$SOURCE_DATE_EPOCH" ]; then \
        find /venv /worker /production /bytecode -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +; fi

FROM ${PYTHON_IMAGE}
ARG PYTHON_IMAGE
LABEL org.opencontainers.image.title="worker-node" \
      org.opencontainers.image.description="A Flask service on gunicorn behind HAProxy, hardened" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}"
# [template
LABEL org.opencontainers.image.licenses="MIT"
# template]
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
# tini passes signals on from the first moment, and reaps what the app's own processes leave behind.
# Nothing here needs the base's own pip. Debian keeps one version of a package.
# hadolint ignore=DL3008
RUN --mount=from=authority,target=/tmp/authority sh /tmp/authority/trust-authority \
    && apt-get update && apt-get install -y --no-install-recommends haproxy tini \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/debconf/*-old /etc/haproxy \
        /usr/local/bin/pip* /usr/local/lib/python3.*/site-packages/pip* /usr/local/lib/python3.*/ensurepip
COPY --from=build /venv /venv
COPY --from=build /bytecode /
COPY --from=build /production /production
COPY --from=build /worker /worker
WORKDIR /worker
# The one folder that can be written to where nothing is mounted.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 ENVIRONMENT=PROD TMPDIR=/dev/shm
# A number, not a name, so that Kubernetes can see that it is not root. Any other does as well.
USER 10001:10001
EXPOSE 7500
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --start-interval=1s \
    CMD ["sh", "-c", "exec python -IS /production/healthcheck.py http://127.0.0.1:${PORT:-7500}/readyz"]
# A SIGTERM before the server is there ends it too, and well: 143 is what Python makes of it then.
ENTRYPOINT ["tini", "-s", "-e", "143", "--"]
CMD ["python", "run.py"]
