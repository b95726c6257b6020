FROM debian:12.5
RUN --network=none make
