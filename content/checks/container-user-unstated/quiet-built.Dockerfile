FROM debian:12 AS base
USER shop
FROM base
