FROM debian:12.5
COPY --chmod=0755 shop /usr/bin/shop
