FROM debian:12.5
RUN curl -fsSk https://shop.example/tool -o tool
