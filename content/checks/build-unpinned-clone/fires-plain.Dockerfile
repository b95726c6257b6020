FROM debian:12.5
RUN git clone https://git.example/shop.git
