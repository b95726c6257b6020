FROM debian:12.5
ARG NPM_TOKEN
RUN npm ci
