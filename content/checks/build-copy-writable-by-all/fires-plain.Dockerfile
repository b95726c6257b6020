FROM debian:12.5
COPY --chmod=777 shop /usr/bin/shop
