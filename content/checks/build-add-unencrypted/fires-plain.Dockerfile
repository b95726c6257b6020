FROM debian:12.5
ADD http://shop.example/tool /usr/bin/tool
