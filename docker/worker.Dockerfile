# A worker of any pool, the ingest worker and the sweeper. For processors only, build with
# --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cpu: the image is several gigabytes smaller.
FROM python:3.11.11-slim-bookworm
ARG TORCH_INDEX=https://pypi.org/simple
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/facet
COPY pyproject.toml requirements.lock README.md LICENSE ./
RUN mkdir api worker models migrations clustering facet \
    && pip install --constraint requirements.lock setuptools wheel \
    && pip install --constraint requirements.lock --extra-index-url "$TORCH_INDEX" torch \
    && pip install --constraint requirements.lock --no-build-isolation '.[service,engine]' \
    && pip uninstall --yes facet
COPY . .
RUN pip install --no-build-isolation --no-deps --editable . \
    && useradd --uid 10001 --create-home facet \
    && install --directory --owner facet /data /scratch
USER facet
STOPSIGNAL SIGTERM
CMD ["python", "-m", "worker"]
