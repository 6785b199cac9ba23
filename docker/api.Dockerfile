# The HTTP service and the migrations: everything but torch and scikit-learn.
FROM python:3.11.11-slim-bookworm
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/facet
COPY pyproject.toml requirements.lock README.md LICENSE ./
RUN mkdir api worker models migrations clustering facet \
    && pip install --constraint requirements.lock setuptools wheel \
    && pip install --constraint requirements.lock --no-build-isolation '.[service]' \
    && pip uninstall --yes facet
COPY . .
RUN pip install --no-build-isolation --no-deps --editable . \
    && useradd --uid 10001 --create-home facet \
    && install --directory --owner facet /data
USER facet
EXPOSE 8000
CMD ["python", "-m", "api"]
