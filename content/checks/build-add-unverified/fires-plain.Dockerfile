FROM debian:12.5
ADD https://shop.example/tool /usr/bin/tool
