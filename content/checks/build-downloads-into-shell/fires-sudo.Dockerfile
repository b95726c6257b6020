FROM debian:12.5
RUN wget -qO- https://shop.example/install | sudo sh
