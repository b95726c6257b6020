FROM debian:12.5 AS build
COPY . /src
FROM debian:12.5
COPY --from=build /src/shop /usr/bin/shop
