FROM debian:12.5
ENTRYPOINT ["shop", "--serve"]
