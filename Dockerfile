# docker build -t tokentape .
# docker run --rm -p 127.0.0.1:8077:8077 -v "$PWD/cassettes:/data/cassettes" tokentape
#
# Publish the port on 127.0.0.1 as above: whoever reaches it can spend the keys that pass and read the cassettes. Inside the
# container the gateway must listen on all addresses, which TOKENTAPE_ALLOW_REMOTE says is meant; the page's address, with the
# token it then wants, is in the log.
# The user has id 1000; a folder that is mounted must be writable for it (or add: --user "$(id -u)").

FROM python:3.11-slim

RUN useradd --uid 1000 --create-home tokentape

WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY recorder recorder
COPY gateway gateway
RUN pip install --no-cache-dir . && rm -rf /src

WORKDIR /data
RUN mkdir cassettes && chown -R tokentape: /data
USER tokentape
VOLUME /data/cassettes

ENV TOKENTAPE_ALLOW_REMOTE=1 PYTHONUNBUFFERED=1
EXPOSE 8077
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8077/_/health', timeout=2)"]

# The exec form: the gateway is process 1 and gets the SIGTERM of `docker stop` itself.
ENTRYPOINT ["tokentape"]
CMD ["serve", "--host", "0.0.0.0"]
