FROM debian:12.5
RUN curl -fsSLO https://shop.example/install && echo "abc  install" | sha256sum -c && sh install
