# syntax=docker/dockerfile:1-labs
FROM debian:12.5
RUN mount
