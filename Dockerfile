# The production image: `docker compose build`, or `docker build -t worker-node .`

ARG PYTHON_IMAGE=python:3.14-slim-trixie

FROM ${PYTHON_IMAGE} AS packages
# Of the virtual environment only what the app imports reaches the final image: pip stays here.
RUN python -m venv --without-pip /venv
COPY worker-node/requirements.txt /tmp/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /venv install --quiet --require-hashes -r /tmp/requirements.txt

FROM ${PYTHON_IMAGE}
COPY --from=packages /venv /venv
WORKDIR /worker
# Readable for the image's user, also from a checkout that is only for its owner (--chmod).
COPY --chmod=755 worker-node/run.py worker-node/app.py worker-node/config.py worker-node/healthcheck.py ./
COPY --chmod=755 worker-node/servers servers
COPY --chmod=755 worker-node/routes routes
COPY --chmod=755 worker-node/functions functions
# The user cannot write to /worker, so what is not compiled now would be compiled at each start.
# A file that does not parse ends the start, not the build: `docker compose up` builds this image
# too where it is absent, and the dev stack shall come up and show the error.
RUN python -m compileall -q . || true
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 ENVIRONMENT=PROD
# A number, not a name, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 7500
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --start-interval=1s \
    CMD ["python", "-IS", "healthcheck.py", "http://127.0.0.1:7500/readyz"]
CMD ["python", "run.py"]
