FROM debian:12.5
RUN wget https://shop.example/tool
