FROM debian:12.5 AS base
FROM base
FROM scratch
