FROM debian:12.5
RUN git clone https://git.example/shop.git && git -C shop checkout 9f2c1e8d7b6a5f4e3d2c1b0a9f8e7d6c5b4a3f2e
