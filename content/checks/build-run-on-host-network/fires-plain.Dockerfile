FROM debian:12.5
RUN --network=host curl localhost
