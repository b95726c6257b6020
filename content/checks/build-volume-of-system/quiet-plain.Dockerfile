FROM debian:12.5
VOLUME /var/lib/shop
