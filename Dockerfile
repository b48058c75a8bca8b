# One image for the server, the worker and every command: docs/howto/run-in-a-container.md.
#
#   docker build -t vivavoce .
#
# No browser is in it: Chromium is for tests alone.

FROM python:3.13-slim-trixie AS build
WORKDIR /build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
COPY requirements/build.txt requirements/run.txt requirements/
RUN python -m venv /opt/vivavoce \
 && /opt/vivavoce/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes --requirement requirements/build.txt \
 && VIRTUAL_ENV=/opt/vivavoce /opt/vivavoce/bin/uv pip sync --no-cache --require-hashes requirements/build.txt requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
# Not editable: the image needs no sources. What only builds goes again.
RUN VIRTUAL_ENV=/opt/vivavoce /opt/vivavoce/bin/uv pip install --no-cache --no-deps --no-build-isolation . \
 && rm -f /opt/vivavoce/bin/uv /opt/vivavoce/bin/uvx

FROM python:3.13-slim-trixie
# espeak-ng speaks every language but English; tini reaps what the embedded PostgreSQL leaves behind.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends espeak-ng tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin vivavoce \
 && install -d -o vivavoce -g vivavoce -m 0700 /data
COPY --from=build /opt/vivavoce /opt/vivavoce
ENV PATH=/opt/vivavoce/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VIVAVOCE_DATA_DIR=/data \
    VIVAVOCE_HOST=0.0.0.0 \
    VIVAVOCE_PORT=8000
# A number, so that an orchestrator can see that it is not root.
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# SIGTERM: no new calls, five seconds for those under way, 25 for the note that the worker has in hand.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['VIVAVOCE_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--", "vivavoce"]
CMD ["serve"]
