FROM debian:12.5 AS a
ENTRYPOINT ["a"]
FROM debian:12.5
ENTRYPOINT ["b"]
