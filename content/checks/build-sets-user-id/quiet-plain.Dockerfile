FROM debian:12.5
RUN chmod 0755 /usr/bin/shop
