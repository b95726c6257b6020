FROM debian:12.5
RUN useradd --system shop
