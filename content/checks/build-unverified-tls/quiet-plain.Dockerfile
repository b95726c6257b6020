FROM debian:12.5
RUN curl -fsSL https://shop.example/tool -o tool
