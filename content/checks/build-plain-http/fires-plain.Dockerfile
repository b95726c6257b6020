FROM debian:12.5
RUN wget http://shop.example/tool
