FROM debian:12.5
RUN apk add curl
