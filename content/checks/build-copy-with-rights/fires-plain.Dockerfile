FROM debian:12.5
COPY --chmod=4755 shop /usr/bin/shop
