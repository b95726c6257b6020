FROM debian:12.5
ADD shop /usr/bin/shop
