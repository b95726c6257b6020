FROM debian:12.5
VOLUME /etc
