FROM debian:12.5
COPY shop /usr/bin/shop
