# The shop, its jobs and its commands in one image: docs/containers.md.
FROM python:3.11-slim-bookworm AS build
# "postgresql,milvus,train" adds TensorFlow (2 GB), for evaluating and training.
ARG EXTRAS=postgresql,milvus
WORKDIR /src
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY catalog catalog
COPY search search
COPY indexer indexer
COPY webapp webapp
RUN python -m venv /opt/vitrina \
 && /opt/vitrina/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt ".[${EXTRAS}]"

FROM python:3.11-slim-bookworm
COPY --from=build /opt/vitrina /opt/vitrina
RUN useradd --system --uid 10001 --home-dir /var/lib/vitrina --shell /usr/sbin/nologin vitrina \
 && install -d -o vitrina -g vitrina -m 0700 /var/lib/vitrina
ENV PATH=/opt/vitrina/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VITRINA_HOME=/var/lib/vitrina
USER vitrina
WORKDIR /var/lib/vitrina
VOLUME /var/lib/vitrina
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/live', timeout=4)"]
CMD ["python", "-m", "webapp", "--host", "0.0.0.0", "--workers", "2", "--access-log"]
