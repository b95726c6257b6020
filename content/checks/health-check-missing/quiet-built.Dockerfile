FROM debian:12
HEALTHCHECK CMD shop --healthy
