FROM debian:12.5
RUN pip install --index-url https://pip.shop.example/simple shop
