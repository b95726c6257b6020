FROM debian:12
USER root
RUN useradd shop
USER shop
