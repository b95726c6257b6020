FROM debian:12.5
ARG TOKEN_FILE
RUN --mount=type=secret,id=npm npm ci
