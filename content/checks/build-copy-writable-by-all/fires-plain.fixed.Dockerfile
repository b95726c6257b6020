FROM debian:12.5
COPY --chmod=775 shop /usr/bin/shop
