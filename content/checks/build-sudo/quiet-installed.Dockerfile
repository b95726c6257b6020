FROM debian:12.5
RUN apt-get update && apt-get install --yes --no-install-recommends curl sudo \
    && rm -rf /var/lib/apt/lists/*
