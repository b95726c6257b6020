FROM debian:12.5
COPY --chmod=755 shop /usr/bin/shop
